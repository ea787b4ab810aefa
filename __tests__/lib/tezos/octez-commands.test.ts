import type { BakerConfiguration } from "../../../lib/config/schema/configuration";
import { accuserCommand, bakerCommand, dalNodeCommand, nodeCommand } from "../../../lib/tezos/octez-commands";
import { checkCommand } from "../../../lib/tezos/octez-command-line";
import { exampleConfiguration } from "../../../laboratory/examples";

const hash = "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq";
const publicKey = "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ";
const baker: BakerConfiguration = {
  ...exampleConfiguration().bakers[0]!,
  name: "hodl",
  keys: { delegate: { publicKey }, consensus: { publicKey } },
};

const commands: [string, string[], string][] = [
  ["octez-node", nodeCommand(0), "octez-node run --data-dir /data/node"],
  [
    "octez-node with two public nodes",
    nodeCommand(2),
    "octez-node run --data-dir /data/node --peer $(PUBLIC_NODE_0):9732 --peer $(PUBLIC_NODE_1):9732",
  ],
  [
    "octez-baker",
    bakerCommand(baker),
    "octez-baker --endpoint http://127.0.0.1:8732 --base-dir /data/client run with local node /data/node " +
      "hodl hodl-consensus --liquidity-baking-toggle-vote pass --without-dal --keep-alive --record-state",
  ],
  [
    "octez-baker with a DAL node",
    bakerCommand(baker, { dalNodeUrl: "http://$(DAL_NODE):10732" }),
    "octez-baker --endpoint http://127.0.0.1:8732 --base-dir /data/client run with local node /data/node " +
      "hodl hodl-consensus --liquidity-baking-toggle-vote pass --dal-node http://$(DAL_NODE):10732 --keep-alive --record-state",
  ],
  [
    "octez-accuser",
    accuserCommand(),
    "octez-accuser --endpoint http://127.0.0.1:8732 --base-dir /data/client run --keep-alive",
  ],
  [
    "octez-dal-node",
    dalNodeCommand({ nodeUrl: "http://$(NODE):8733", attesters: [hash, "tz4x"], publicAddress: "$(PUBLIC_ADDRESS)" }),
    `octez-dal-node run --data-dir /data/dal --endpoint http://$(NODE):8733 --attester-profiles ${hash},tz4x ` +
      "--rpc-addr 0.0.0.0:10732 --metrics-addr 0.0.0.0:11733 --net-addr 0.0.0.0:11732 --public-addr $(PUBLIC_ADDRESS):11732",
  ],
];

test.each(commands)("%s: has this command line, and Octez accepts it", (_, argv, line) => {
  expect(argv.join(" ")).toBe(line);
  expect(checkCommand(argv)).toEqual([]);
});
