import { type Fault, healthSettings, key } from "./fault";

export const signerFaults: Fault[] = [
  {
    title: "a signer that is not running",
    break: "systemctl stop octez-signer",
    repair: "systemctl start octez-signer",
    found: { signer: /does not answer/ },
  },
  {
    title: "a signer without its key",
    break: "echo tz1other >/etc/held",
    repair: `echo ${key} >/etc/held`,
    found: { [`key ${key}`]: /the signer does not hold it/ },
  },
  {
    title: "a signer that hangs",
    break:
      "systemctl kill --signal=STOP octez-signer; (echo hang | timeout 60 busybox nc 127.0.0.1 6732 >/dev/null &); sleep 2",
    repair: "systemctl kill --signal=CONT octez-signer; systemctl restart octez-signer",
    found: { signer: /does not answer/ },
  },
  {
    title: "a Ledger that is not connected",
    break: `sed -i.kept 's/DEVICE="none"/DEVICE="ledger"/' ${healthSettings}`,
    repair: `mv ${healthSettings}.kept ${healthSettings}`,
    found: { Ledger: /no Ledger is connected/ },
  },
  {
    title: "a health endpoint that is not running",
    break: "systemctl stop tezos-signer-health",
    repair: "systemctl start tezos-signer-health",
    found: { "health endpoint": /is not running/ },
  },
];
