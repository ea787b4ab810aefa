import { defaultDiskGiB } from "../facts/chain-data";
import type { Findings } from "../reading/findings";
import type { Path } from "../reading/problems";
import type { Readable } from "../reading/shape";
import type { Configuration } from "../schema/configuration";
import { each } from "./each";

/** Whether the disks of the nodes have room for the chain. A node whose disk is full stops. */
export function checkDisks({ tezos, bakers, publicNodes }: Readable<Configuration>, findings: Findings): void {
  const { network, historyMode } = tezos ?? {};
  if (network === undefined || historyMode === undefined) return;
  const needed = defaultDiskGiB({ network, historyMode });
  const disks: [Path, number | undefined][] = [
    ...each(bakers).map(([index, baker]): [Path, number | undefined] => [["bakers", index, "diskGiB"], baker.diskGiB]),
    [["publicNodes", "diskGiB"], publicNodes?.count === 0 ? undefined : publicNodes?.diskGiB],
  ];
  for (const [path, size] of disks) {
    if (size === undefined || size >= needed) continue;
    findings.warning(
      path,
      `is ${size}, but a node of ${network} in history mode ${historyMode} needs about ${needed}. When the disk is full, the node stops. A disk can grow later, but never shrink.`,
    );
  }
}
