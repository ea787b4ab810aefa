import type { Findings } from "../reading/findings";
import { octezReleases, publicRpc } from "../facts/octez";
import type { Path } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import { isUnreadable, type Readable } from "../reading/shape";
import { shown } from "../reading/values";

type Tezos = Readable<Configuration["tezos"]>;

/**
 * The command lines of lib/tezos/octez-commands.ts need this version: octez-baker for all protocols, and votes as options.
 * https://octez.tezos.com/docs/releases/version-25.html
 */
const minimumOctez = 25;
const testedHaproxy = [3, 0] as const;

/** Versions, images and snapshot, and what bakers need of public nodes. */
export function checkTezos({ tezos, bakers, publicNodes }: Readable<Configuration>, findings: Findings): void {
  if (tezos) {
    checkVersions(tezos, findings);
    checkSnapshot(tezos, findings);
  }
  bakers?.forEach((baker, index) => {
    if (publicNodes?.count !== 0) return;
    if (baker?.peering === "private") {
      findings.problem(
        ["bakers", index, "peering"],
        "is private, but publicNodes.count is 0, so the baking node would have no peers. Set hybrid, or set publicNodes.count to 2.",
      );
    }
    if (baker?.dal) {
      findings.problem(
        ["bakers", index, "dal"],
        "is true, but publicNodes.count is 0, and a DAL node gets its blocks from a public node. Set dal to false, or set publicNodes.count to 2.",
      );
    }
  });
}

function checkVersions({ octezVersion, images }: Tezos, findings: Findings): void {
  const path = ["tezos", "octezVersion"];
  if (octezVersion !== undefined && Number(octezVersion.split(".")[0]) < minimumOctez) {
    findings.problem(
      path,
      `must be ${minimumOctez}.0 or newer, is ${shown(octezVersion)}: older bakers and nodes don't have the options that are used here.`,
    );
  } else if (octezVersion !== undefined && !octezReleases.includes(octezVersion)) {
    findings.warning(
      path,
      `${shown(octezVersion)} is not a release that is known here (${octezReleases.join(", ")}, as of November 2026). Check https://gitlab.com/tezos/tezos/-/releases.`,
    );
  }
  const octez = checkImage(["tezos", "images", "octez"], images?.octez, findings);
  const named = octez?.match(/octez-v(\d[\d.]*\d)/)?.[1];
  if (named && octezVersion !== undefined && named !== octezVersion) {
    findings.problem(
      path,
      `is ${shown(octezVersion)}, but tezos.images.octez is version ${named}. Set both to the same version; the Raspberry Pis use octezVersion.`,
    );
  }
  const haproxy = checkImage(["tezos", "images", "haproxy"], images?.haproxy, findings);
  const [major = NaN, minor = NaN] = haproxy?.split(".").map(parseFloat) ?? [];
  if (major < testedHaproxy[0] || (major === testedHaproxy[0] && minor < testedHaproxy[1])) {
    findings.warning(
      ["tezos", "images", "haproxy"],
      `is version ${shown(haproxy)}, but failover is tested only with ${testedHaproxy.join(".")} and newer. Set a newer version.`,
    );
  }
}

/** Checks that the image names a version or a digest. @returns its tag */
function checkImage(path: Path, image: string | undefined, findings: Findings): string | undefined {
  if (image === undefined) return undefined;
  const [name = "", digest] = image.split("@");
  const [, tag] = /[^/]:([\w][\w.-]*)$/.exec(name) ?? [];
  const howToPin = 'Name a version, such as "tezos/tezos-bare:octez-v25.1".';
  if (/\s/.test(image) || !/^[a-z0-9]/.test(image))
    findings.problem(path, `must be the name of an image, is ${shown(image)}. ${howToPin}`);
  else if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    findings.problem(path, `must have a digest of the form sha256:<64 hexadecimal digits>, is ${shown(image)}.`);
  } else if (tag === "latest") findings.problem(path, `${shown(image)} changes with every release. ${howToPin}`);
  else if (tag === undefined && digest === undefined)
    findings.problem(path, `${shown(image)} has no tag, which means latest. ${howToPin}`);
  return tag;
}

function checkSnapshot({ network, historyMode, snapshot }: Tezos, findings: Findings): void {
  const path = ["tezos", "snapshot"];
  if (!snapshot?.enabled || network === undefined) return;
  if (historyMode === "archive") {
    findings.problem(
      ["tezos", "historyMode"],
      "is archive, for which no snapshots exist. Set rolling, or set tezos.snapshot.enabled to false.",
    );
    return;
  }
  // Public snapshots and RPCs exist for the same networks.
  const isPublic = publicRpc(network) !== undefined;
  if (!isPublic && snapshot.url === undefined && !isUnreadable(snapshot, "url")) {
    findings.problem(
      path,
      `has no url, and there is no default for ${shown(network)}. Set url, or set enabled to false.`,
    );
  } else if (
    !isPublic &&
    !snapshot.blockHash &&
    snapshot.verifyUrl === undefined &&
    !isUnreadable(snapshot, "verifyUrl")
  ) {
    findings.problem(
      path,
      `has neither verifyUrl nor blockHash, so nothing would confirm that the snapshot is from the right chain. Set one of them.`,
    );
  }
  checkBlockHash([...path, "blockHash"], snapshot, findings);
}

function checkBlockHash(
  path: Path,
  { blockHash, url }: Readable<Configuration["tezos"]["snapshot"]>,
  findings: Findings,
): void {
  if (blockHash === undefined) return;
  // Loaded only here, since it takes long to load.
  const { validateBlock, ValidationResult } = require("@taquito/utils") as typeof import("@taquito/utils");
  if (validateBlock(blockHash) !== ValidationResult.VALID) {
    findings.problem(path, `${shown(blockHash)} is not a valid block hash (B…, 51 characters). Copy it again.`);
  } else if (url === undefined) {
    findings.problem(
      path,
      "is the hash of one snapshot, but the default url has a new snapshot every day. Set url to that snapshot, too, or remove blockHash.",
    );
  }
}
