import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unitFolder, octezSignerData } from "../../../raspberry-pi/paths";
import type { RaspberryPi } from "../../home/raspberry-pi";

/** Installs a signer that speaks Octez' protocol over TCP, which install.sh leaves to the user. */
export function installTcpSigner(pi: RaspberryPi, port: number): void {
  const unit = `[Unit]
Description=A signer that speaks Octez' protocol over TCP
StartLimitIntervalSec=0
[Service]
User=octez-signer
ExecStart=/usr/local/bin/octez-signer --base-dir ${octezSignerData} launch socket signer --address 127.0.0.1 --port ${port} --check-high-watermark --magic-bytes 0x11,0x12,0x13
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
`;
  writeFileSync(join(pi.disk, unitFolder, "octez-signer.service"), unit);
  pi.sh(`useradd --system --home-dir ${octezSignerData} octez-signer 2>/dev/null || true`);
  pi.sh(`mkdir -p ${octezSignerData} && chown octez-signer: ${octezSignerData}`);
  pi.sh("systemctl daemon-reload && systemctl enable --quiet octez-signer");
}
