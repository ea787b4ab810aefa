import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import type { Configuration, SignerConfiguration } from "../lib/config/schema/configuration";
import { packageRoot } from "../lib/package-root";
import type { BundleFile } from "./bundle-file";
import { environmentFile } from "./environment-file";
import { firewallRules, firewallUnit } from "./firewall";
import { octezSignerData, settingsFolder, unitFolder } from "./paths";
import {
  authorizedKeys,
  healthEnvironment,
  healthUnit,
  keyHashesOf,
  ledgerRules,
  octezSignerUnit,
} from "./signer-software";
import { knownHostsText, missingForTunnels, sshConfig, tunnelUnit, tunnelsOf } from "./tunnels";
import { uplinksEnvironment, uplinksSysctl, uplinksUnit } from "./uplinks";
import { userData } from "./user-data";

const watchdog = `# The hardware watchdog resets the Raspberry Pi if systemd stops responding. It checks nothing else: a lost network
# causes no reset. The hardware's maximum is 15 s:
# https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/drivers/watchdog/bcm2835_wdt.c?h=v6.1
# https://www.freedesktop.org/software/systemd/man/latest/systemd-system.conf.html#RuntimeWatchdogSec=
[Manager]
RuntimeWatchdogSec=14s
`;

/**
 * All files for a signer's Raspberry Pi, none of them secret. While the forwarders' addresses or host key are unknown,
 * it has no tunnels: install.sh then does everything else, and prints the public key that the first deployment needs.
 */
export function signerBundle(configuration: Configuration, signer: SignerConfiguration): BundleFile[] {
  const files = [
    ...fixedFiles("install.sh", "uninstall.sh"),
    { path: "install.env", mode: 0o644, text: installEnvironment(configuration, signer) },
    ...fixedFiles("files"),
    ...Object.entries(installed(configuration, signer)).map(([path, text]) => ({
      path: `files${path}`,
      mode: 0o644,
      text,
    })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
  return [...files, { path: "user-data", mode: 0o644, text: userData(signer, files) }];
}

/** The files whose text depends on the configuration, by their path on the Raspberry Pi. */
function installed(configuration: Configuration, signer: SignerConfiguration): Record<string, string> {
  const tunnels = tunnelsOf(configuration, signer);
  const authorized = authorizedKeys(configuration, signer);
  return {
    [`${unitFolder}/tezos-tunnel@.service`]: tunnelUnit(configuration),
    ...Object.fromEntries(
      tunnels.map((tunnel) => [`${settingsFolder}/tunnels/${tunnel.instance}.conf`, sshConfig(tunnel, signer)]),
    ),
    [`${settingsFolder}/known_hosts`]: knownHostsText(configuration, signer),
    [`${unitFolder}/tezos-uplinks.service`]: uplinksUnit(),
    [`${settingsFolder}/uplinks.env`]: uplinksEnvironment(configuration, signer),
    "/etc/sysctl.d/90-tezos-uplinks.conf": uplinksSysctl(signer),
    [`${unitFolder}/tezos-firewall.service`]: firewallUnit(),
    [`${settingsFolder}/firewall.nft`]: firewallRules(signer),
    [`${unitFolder}/tezos-signer-health.service`]: healthUnit(),
    [`${settingsFolder}/health.env`]: healthEnvironment(configuration, signer),
    "/etc/systemd/system.conf.d/50-tezos-watchdog.conf": watchdog,
    ...(signer.device === "ledger" ? { "/etc/udev/rules.d/60-tezos-ledger.rules": ledgerRules() } : {}),
    ...(signer.software === "octez-signer"
      ? {
          [`${unitFolder}/octez-signer.service`]: octezSignerUnit(configuration, signer),
          ...(authorized ? { [`${octezSignerData}/authorized_keys`]: authorized } : {}),
        }
      : {}),
  };
}

/** The settings of install.sh. */
const installEnvironment = (configuration: Configuration, signer: SignerConfiguration): string =>
  environmentFile({
    SIGNER: signer.name,
    SOFTWARE: signer.software,
    OCTEZ_VERSION: configuration.tezos.octezVersion,
    DEVICE: signer.device,
    KEY_HASHES: keyHashesOf(configuration, signer).join(" "),
    TUNNELS: tunnelsOf(configuration, signer)
      .map((tunnel) => tunnel.instance)
      .join(" "),
    MISSING: missingForTunnels(configuration).join(" "),
  });

const ownFolder = join(packageRoot, "raspberry-pi");

/** Files and folders next to this module, which are the same for every signer. */
function fixedFiles(...names: string[]): BundleFile[] {
  return names.flatMap((name) => {
    const path = join(ownFolder, name);
    // Python writes it when a module is imported in the checkout, for example by an editor.
    if (basename(path) === "__pycache__") return [];
    if (statSync(path).isDirectory()) return fixedFiles(...readdirSync(path).map((entry) => join(name, entry)));
    // git stores only the executable bit; the other bits depend on the umask of whoever cloned the repository.
    const mode = statSync(path).mode & 0o100 ? 0o755 : 0o644;
    return [{ path: relative(ownFolder, path), mode, text: readFileSync(path, "utf8") }];
  });
}

/**
 * Writes each signer's bundle to <folder>/<signer>/. The folder is replaced as a whole, which also removes the bundles
 * of signers that are no longer configured. If anything fails, it stays as it was.
 */
export function writeBundles(configuration: Configuration, folder: string): void {
  const bundles = configuration.signers.map((signer) => ({ signer, files: signerBundle(configuration, signer) }));
  mkdirSync(dirname(folder), { recursive: true });
  // In the same parent folder, and so on the same file system, where renaming is atomic.
  const work = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    for (const { signer, files } of bundles) {
      for (const { path, mode, text } of files) {
        const file = join(work, "new", signer.name, path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text, { mode });
      }
    }
    replace(folder, join(work, "new"), join(work, "old"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function replace(folder: string, fresh: string, old: string): void {
  const existed = statSync(folder, { throwIfNoEntry: false }) !== undefined;
  if (existed) renameSync(folder, old);
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (existed) renameSync(old, folder);
    throw error;
  }
}
