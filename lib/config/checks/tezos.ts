import type { Findings } from "../reading/findings";
import { isNetworkUrl } from "../facts/octez";
import type { Path } from "../reading/problems";
import type { Configuration } from "../schema/configuration";
import type { Readable } from "../reading/shape";
import { shown } from "../reading/values";

type Tezos = Readable<Configuration["tezos"]>;

/** The baker's and node's commands here are of this version on: one baker for all protocols, a vote for each call. */
const leastOctez = 25;
const testedHaproxy = [3, 0] as const;

export function checkTezos({ tezos, bakers, publicNodes }: Readable<Configuration>, findings: Findings): void {
  if (tezos) {
    octezVersion(tezos, findings);
    snapshot(tezos, findings);
  }
  bakers?.forEach((baker, index) => {
    if (publicNodes?.count !== 0) return;
    if (baker?.peering === "private") {
      findings.problem(
        ["bakers", index, "peering"],
        "is private, but there are no public nodes: the baking node would have no peers. Set hybrid, or publicNodes.count to 2.",
      );
    }
    if (baker?.dal) {
      findings.problem(
        ["bakers", index, "dal"],
        "is true, but there are no public nodes, from which a DAL node gets its blocks. Set it to false, or publicNodes.count to 2.",
      );
    }
  });
}

function octezVersion({ octezVersion, images }: Tezos, findings: Findings): void {
  const path = ["tezos", "octezVersion"];
  if (octezVersion !== undefined && Number(octezVersion.split(".")[0]) < leastOctez) {
    findings.problem(
      path,
      `must be ${leastOctez}.0 or newer, is ${shown(octezVersion)}: older bakers and nodes don't take the options used here.`,
    );
  }
  const octez = imageTag(["tezos", "images", "octez"], images?.octez, findings);
  const named = octez?.match(/octez-v(\d[\d.]*\d)/)?.[1];
  if (named && octezVersion !== undefined && named !== octezVersion) {
    findings.problem(
      path,
      `is ${shown(octezVersion)}, but tezos.images.octez is of ${named}. Make them the same: the Raspberry Pis go by octezVersion.`,
    );
  }
  const haproxy = imageTag(["tezos", "images", "haproxy"], images?.haproxy, findings);
  const [major = NaN, minor = NaN] = haproxy?.split(".").map(parseFloat) ?? [];
  if (major < testedHaproxy[0] || (major === testedHaproxy[0] && minor < testedHaproxy[1])) {
    findings.warning(
      ["tezos", "images", "haproxy"],
      `is ${shown(haproxy)}; the failover is tested with ${testedHaproxy.join(".")} and newer.`,
    );
  }
}

/** The tag of an image that always means the same bytes, as far as its registry keeps its word. */
function imageTag(path: Path, image: string | undefined, findings: Findings): string | undefined {
  if (image === undefined) return undefined;
  const [name = "", digest] = image.split("@");
  const [, tag] = /[^/]:([\w][\w.-]*)$/.exec(name) ?? [];
  const pinned = 'Name a version, such as "tezos/tezos-bare:octez-v25.1".';
  if (/\s/.test(image) || !/^[a-z0-9]/.test(image))
    findings.problem(path, `must be the name of an image, is ${shown(image)}. ${pinned}`);
  else if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    findings.problem(path, `has a digest that is no sha256: and 64 hexadecimal digits: ${shown(image)}.`);
  } else if (tag === "latest") findings.problem(path, `${shown(image)} is another image every week. ${pinned}`);
  else if (tag === undefined && digest === undefined)
    findings.problem(path, `${shown(image)} has no tag, which means latest. ${pinned}`);
  return tag;
}

function snapshot({ network, historyMode, snapshot }: Tezos, findings: Findings): void {
  const path = ["tezos", "snapshot"];
  if (!snapshot?.enabled || network === undefined) return;
  if (historyMode === "archive") {
    findings.problem(
      ["tezos", "historyMode"],
      "is archive, and there are no snapshots for that. Set rolling, or tezos.snapshot.enabled to false.",
    );
    return;
  }
  const unknown = isNetworkUrl(network) || network === "sandbox";
  if (unknown && snapshot.url === undefined && !findings.hasProblem([...path, "url"])) {
    findings.problem(
      path,
      `there is no known snapshot of ${shown(network)}. Give tezos.snapshot.url, or set tezos.snapshot.enabled to false.`,
    );
  } else if (
    unknown &&
    !snapshot.blockHash &&
    snapshot.verifyUrl === undefined &&
    !findings.hasProblem([...path, "verifyUrl"])
  ) {
    findings.problem(
      path,
      `has no verifyUrl: nobody would say whether the snapshot is of the true chain. Give it, or blockHash.`,
    );
  }
  blockHash([...path, "blockHash"], snapshot, findings);
}

function blockHash(
  path: Path,
  { blockHash, url }: Readable<Configuration["tezos"]["snapshot"]>,
  findings: Findings,
): void {
  if (blockHash === undefined) return;
  // Loaded only here: it is large.
  const { validateBlock, ValidationResult } = require("@taquito/utils") as typeof import("@taquito/utils");
  if (validateBlock(blockHash) !== ValidationResult.VALID) {
    findings.problem(
      path,
      `${shown(blockHash)} is no block hash (B…, 51 characters), or one is mistyped. Copy it again.`,
    );
  } else if (url === undefined) {
    findings.problem(
      path,
      "is of one snapshot, and the default url has another one every day. Give that snapshot's url as well, or leave blockHash out.",
    );
  }
}
