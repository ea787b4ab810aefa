import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface State {
  readonly resources: readonly { readonly type: string; readonly name: string }[];
}

/** A state with a lock, as Terraform's backend `http` uses it: https://developer.hashicorp.com/terraform/language/backend/http */
export class StateServer {
  state?: State;
  /** Who holds the lock, as Terraform writes it. */
  lock?: object;
  private held?: Promise<void>;

  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      const body = Buffer.concat(chunks).toString();
      void this.answer(request.method, body).then(({ status, text }) => response.writeHead(status).end(text));
    });
  });

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** The backend's configuration. */
  get backend(): object {
    const address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
    return { http: { address, lock_address: address, unlock_address: address } };
  }

  /** Saving the state takes until the returned function is called. */
  hold(): () => void {
    let release = () => {};
    this.held = new Promise((resolve) => (release = resolve));
    return release;
  }

  /** Names of the resources in the state. */
  get names(): string[] {
    return (this.state?.resources ?? []).map(({ name }) => name).sort();
  }

  private async answer(method = "", body: string): Promise<{ readonly status: number; readonly text?: string }> {
    switch (method) {
      case "GET":
        return this.state === undefined ? { status: 404 } : { status: 200, text: JSON.stringify(this.state) };
      case "LOCK":
        if (this.lock !== undefined) return { status: 423, text: JSON.stringify(this.lock) };
        this.lock = JSON.parse(body) as object;
        return { status: 200 };
      case "UNLOCK":
        this.lock = undefined;
        return { status: 200 };
      default:
        await this.held;
        this.state = JSON.parse(body) as State;
        return { status: 200 };
    }
  }
}
