import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { command } from "../cluster/commands";

const systemBundle = "/etc/ssl/certs/ca-certificates.crt";
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];

/** A certificate authority that exists for one drill, for the host names of Google's services. */
export class CertificateAuthority {
  /** PEM file with its certificate and those that this host trusts, for SSL_CERT_FILE. */
  readonly bundle: string;
  private readonly contexts = new Map<string, SecureContext>();

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    const subject = ["-subj", "/CN=laboratory", "-keyout", this.file("ca.key"), "-out", this.file("ca.crt")];
    command(["openssl", "req", "-x509", ...newKey, ...subject]);
    const own = process.env["SSL_CERT_FILE"] ?? systemBundle;
    this.bundle = this.file("bundle.crt");
    const trusted = existsSync(own) ? readFileSync(own, "utf8") : "";
    writeFileSync(this.bundle, `${trusted}\n${readFileSync(this.file("ca.crt"), "utf8")}`);
  }

  /** Key and certificate of a host name. */
  context(name: string): SecureContext {
    const made = this.contexts.get(name);
    if (made) return made;
    const [key, request, certificate] = ["key", "csr", "crt"].map((type) => this.file(`${name}.${type}`)) as [
      string,
      string,
      string,
    ];
    command(["openssl", "req", ...newKey, "-subj", "/CN=host", "-keyout", key, "-out", request]);
    writeFileSync(this.file(`${name}.ext`), `subjectAltName=DNS:${name}\n`);
    const authority = ["-CA", this.file("ca.crt"), "-CAkey", this.file("ca.key"), "-CAcreateserial", "-days", "2"];
    command([
      ...["openssl", "x509", "-req", "-in", request, ...authority],
      ...["-extfile", this.file(`${name}.ext`), "-out", certificate],
    ]);
    const context = createSecureContext({ key: readFileSync(key), cert: readFileSync(certificate) });
    this.contexts.set(name, context);
    return context;
  }

  private file(name: string): string {
    return join(this.folder, name);
  }
}
