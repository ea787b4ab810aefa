import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { longCommand } from "./commands";
import type { ImageArchive } from "./images";
import type { Laboratory } from "./laboratory";
import { Program } from "./program";

const port = 5000;

/**
 * A registry in the laboratory's network (Debian's docker-registry, over plain HTTP). It starts stopped, and keeps its
 * images while it is stopped.
 */
export class Registry {
  /** Where it listens. */
  readonly url: string;
  private readonly folder: string;
  private program?: Program;

  constructor(private readonly lab: Laboratory) {
    this.url = `http://${lab.network.address}:${port}`;
    this.folder = join(lab.folder, "registry");
    mkdirSync(this.folder, { recursive: true });
    const configuration = {
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(this.folder, "images") } },
      http: { addr: new URL(this.url).host },
    };
    // JSON is YAML.
    writeFileSync(join(this.folder, "config.yml"), JSON.stringify(configuration));
    lab.atEnd(() => this.stop());
  }

  /** Starts it, and waits until it answers. */
  async start(): Promise<void> {
    const { enter } = this.lab.network;
    const serve = ["docker-registry", "serve", join(this.folder, "config.yml")];
    this.program = new Program("docker-registry", [...enter, ...serve], this.folder);
    const asking = ["curl", "--silent", "--fail", "--retry", "20", "--retry-delay", "1", "--retry-connrefused"];
    await longCommand([...enter, ...asking, `${this.url}/v2/`]);
  }

  /** Stops it: connections to it are then refused. */
  async stop(): Promise<void> {
    await this.program?.end();
  }

  /** Stores an image under its name, without the host. */
  async push({ reference, file }: ImageArchive): Promise<void> {
    const path = reference.slice(reference.indexOf("/") + 1);
    const to = `docker://${new URL(this.url).host}/${path}`;
    const insecurely = ["--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false"];
    await longCommand([...this.lab.network.enter, "skopeo", ...insecurely, `docker-archive:${file}`, to]);
  }
}
