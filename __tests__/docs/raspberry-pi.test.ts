import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signatureDeadlineSeconds, stageTimeoutsOver, type Timed } from "../../lib/config/facts/signer-path";
import { packageRoot } from "../../lib/package-root";

const signer = (device: Timed["device"], uplinks: number): Timed => ({
  device,
  uplinks: Array.from({ length: uplinks }, (_, index) => ({ name: `eth${index}`, metered: false })),
});

const counts: Record<string, number> = { one: 1, two: 2 };

test("the table of what fits into a block's time is right", () => {
  const page = readFileSync(join(packageRoot, "docs/raspberry-pi.md"), "utf8");
  const rows = [...page.matchAll(/^\| (.*(?:file|Ledger).*) \| (.*) \| ([\d.]+) s \| (fits|rejected) \|$/gm)];
  expect(rows.length).toBe(10);
  for (const [row, who, uplinks, seconds, verdict] of rows) {
    const [first, second = first] = uplinks!
      .replace(" each", "")
      .split(" and ")
      .map((word) => counts[word]!);
    const devices = who!.split(" and ").flatMap((kind): Timed["device"][] => {
      const device = kind.includes("Ledger") ? "ledger" : "none";
      return kind.startsWith("two ") ? [device, device] : [device];
    });
    const signers = devices.map((device, index) => signer(device, index === 0 ? first! : second!));
    const { forwarderSeconds } = stageTimeoutsOver(signers);
    expect([row, forwarderSeconds, forwarderSeconds <= signatureDeadlineSeconds]).toEqual([
      row,
      Number(seconds),
      verdict === "fits",
    ]);
  }
});
