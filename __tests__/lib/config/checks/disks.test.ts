import { findingsOf, found } from "../../../support/findings";

const about = (changes: Record<string, unknown>) =>
  findingsOf(changes).warnings.filter(({ path }) => path.endsWith("diskGiB"));

test("warns of a disk that is too small for the network and the history mode", () => {
  expect(about({ "bakers[0].diskGiB": 20 })).toEqual([
    found("bakers[0].diskGiB", "is 20, but a node of mainnet in history mode rolling needs about 100."),
  ]);
  expect(about({ "tezos.historyMode": "full", "publicNodes.diskGiB": 150, "bakers[0].diskGiB": 400 })).toEqual([
    found("publicNodes.diskGiB", "is 150, but a node of mainnet in history mode full needs about 300."),
  ]);
});

test("a test network needs less, and public nodes that don't exist need nothing", () => {
  expect(about({ "tezos.network": "shadownet", "bakers[0].diskGiB": 50, "publicNodes.diskGiB": 50 })).toEqual([]);
  expect(about({ "publicNodes.count": 0, "publicNodes.diskGiB": 20 })).toEqual([]);
});
