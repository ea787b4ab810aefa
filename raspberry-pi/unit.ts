/** What a service may do beyond the nothing that all of them start from. */
export interface Allowed {
  /** Capabilities (capabilities(7)) that the process keeps. @default none */
  readonly capabilities?: readonly string[];
  /** Address families of its sockets. */
  readonly addressFamilies: readonly string[];
  /** Whom it may send to and hear from, as systemd's IPAddressAllow takes it. "any": no limit. */
  readonly addresses: readonly string[] | "any";
  /** Devices, as systemd's DeviceAllow takes them. @default none, and an empty /dev */
  readonly devices?: readonly string[];
  /** Folders it may write to, beside those that systemd makes for it. A leading hyphen: if there is one. @default none */
  readonly writable?: readonly string[];
}

export interface Service {
  readonly description: string;
  /** Further lines of [Unit]. */
  readonly unit?: readonly string[];
  /** Lines of [Service]: what runs, as whom, and when again. */
  readonly service: readonly string[];
  readonly allowed: Allowed;
  /** @default multi-user.target */
  readonly wantedBy?: string;
}

/** A systemd service in a locked room: everything is forbidden that its `allowed` doesn't name. */
export function serviceUnit({
  description,
  unit = [],
  service,
  allowed,
  wantedBy = "multi-user.target",
}: Service): string {
  return `${[
    "[Unit]",
    `Description=${description}`,
    ...unit,
    "",
    "[Service]",
    ...service,
    "",
    ...hardening(allowed),
    "",
    "[Install]",
    `WantedBy=${wantedBy}`,
  ].join("\n")}\n`;
}

function hardening({ capabilities = [], addressFamilies, addresses, devices = [], writable = [] }: Allowed): string[] {
  return [
    "# No setuid program and no file's capability gives it more than this.",
    "NoNewPrivileges=yes",
    `CapabilityBoundingSet=${capabilities.join(" ")}`,
    `AmbientCapabilities=${capabilities.join(" ")}`,
    // A user namespace of its own would make a capability one over nothing.
    ...(capabilities.length === 0
      ? ["# Sees itself, root and nobody: no other user's files or processes are its to touch.", "PrivateUsers=yes"]
      : []),
    "",
    "# Writes nowhere but where it must, and sees no home folder and no other process.",
    "ProtectSystem=strict",
    ...writable.map((folder) => `ReadWritePaths=${folder}`),
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "ProtectProc=invisible",
    "ProcSubset=pid",
    "UMask=0077",
    "",
    ...(devices.length === 0
      ? ["# No device.", "PrivateDevices=yes", "DevicePolicy=closed"]
      : ["# These devices only.", "DevicePolicy=closed", ...devices.map((device) => `DeviceAllow=${device}`)]),
    "",
    "# Talks to nobody else.",
    `RestrictAddressFamilies=${addressFamilies.join(" ")}`,
    ...(addresses === "any" ? [] : ["IPAddressDeny=any", ...addresses.map((address) => `IPAddressAllow=${address}`)]),
    "",
    "# Leaves the kernel and the machine's settings alone.",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectControlGroups=yes",
    "ProtectClock=yes",
    "ProtectHostname=yes",
    "PrivateIPC=yes",
    "RemoveIPC=yes",
    "KeyringMode=private",
    "",
    "# What an attacker inside would reach for next: other kinds of system calls, writable code, namespaces.",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged @resources",
    "SystemCallErrorNumber=EPERM",
    "MemoryDenyWriteExecute=yes",
    "LockPersonality=yes",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
  ];
}
