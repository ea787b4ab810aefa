/** What a service may do. Everything that is not listed here is forbidden. */
export interface Allowed {
  /** Capabilities that it keeps: https://man7.org/linux/man-pages/man7/capabilities.7.html. @default - none */
  readonly capabilities?: readonly string[];
  /** Address families of its sockets. */
  readonly addressFamilies: readonly string[];
  /** The addresses with which it may communicate, in the syntax of systemd's IPAddressAllow. "any": no limit. */
  readonly addresses: readonly string[] | "any";
  /** Devices that it may use, in the syntax of systemd's DeviceAllow. @default - none, and a private /dev */
  readonly devices?: readonly string[];
  /**
   * Folders to which it may write, in addition to those that systemd creates for it. A folder with a leading hyphen need
   * not exist.
   * @default - none
   */
  readonly writable?: readonly string[];
}

/** A systemd service. */
export interface Service {
  readonly description: string;
  /** Further lines of [Unit]. @default - none */
  readonly unit?: readonly string[];
  /** Lines of [Service]: what runs, as which user, and when it is restarted. */
  readonly service: readonly string[];
  readonly allowed: Allowed;
  /** The target that starts it. @default multi-user.target */
  readonly wantedBy?: string;
}

/**
 * The text of a sandboxed systemd service: it may do only what `allowed` lists.
 * All options: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Sandboxing
 */
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
    "# It never gains more privileges than these, for example through a setuid program.",
    "NoNewPrivileges=yes",
    `CapabilityBoundingSet=${capabilities.join(" ")}`,
    `AmbientCapabilities=${capabilities.join(" ")}`,
    // In a private user namespace, a capability would have no effect outside of that namespace.
    ...(capabilities.length === 0
      ? [
          "# It sees no users but its own, root and nobody, and can't act on other users' processes.",
          "PrivateUsers=yes",
        ]
      : []),
    "",
    "# It can write only where it has to, and sees neither home folders nor other users' processes.",
    "ProtectSystem=strict",
    ...writable.map((folder) => `ReadWritePaths=${folder}`),
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "ProtectProc=invisible",
    "ProcSubset=pid",
    "UMask=0077",
    "",
    ...(devices.length === 0
      ? ["# No devices.", "PrivateDevices=yes", "DevicePolicy=closed"]
      : ["# Only these devices.", "DevicePolicy=closed", ...devices.map((device) => `DeviceAllow=${device}`)]),
    "",
    "# It communicates with these addresses only.",
    `RestrictAddressFamilies=${addressFamilies.join(" ")}`,
    ...(addresses === "any" ? [] : ["IPAddressDeny=any", ...addresses.map((address) => `IPAddressAllow=${address}`)]),
    "",
    "# It can't change the kernel's or the system's settings.",
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
    "# Blocks what an attacker in the process would try next: unusual system calls, writable code, namespaces.",
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
