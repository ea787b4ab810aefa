import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { artifactRegistry } from "./artifact-registry";
import { compute } from "./compute";
import { container } from "./container";
import { GoogleError } from "./errors";
import type { Faults } from "./faults";
import type { Fields } from "./fields";
import { Google, type Service } from "./google";
import { iam } from "./iam";
import { monitoring } from "./monitoring";
import { resourceManager } from "./resource-manager";
import { Router } from "./router";
import { secretManager } from "./secret-manager";
import { refusalOfService, serviceUsage } from "./service-usage";
import { Store } from "./store";

const services: readonly Service[] = [
  artifactRegistry,
  compute,
  container,
  iam,
  monitoring,
  resourceManager,
  secretManager,
  serviceUsage,
];

/** One request and how it was answered. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly body: Fields;
  readonly status: number;
  /** Which of the writes it is, counted from 1; undefined for what only reads, or was refused. */
  readonly write?: number;
}

export interface GoogleStandInProps {
  /** @default - none */
  readonly faults?: Faults;
  /** File that keeps what was created, beyond the end of the process. @default - memory only */
  readonly file?: string;
}

/**
 * Google's API as far as the stack `platform` uses it, on loopback, for the real Terraform provider. What it answers
 * follows the public REST reference, which each service's file names; each file also says which fields were compared
 * with answers of the real API that Google recorded.
 */
export class GoogleStandIn {
  /** Every request, in the order in which they were answered. */
  readonly requests: RecordedRequest[] = [];
  /**
   * Called for each write after it was done and before it is answered: the moment at which a client that is killed
   * loses most. The answer waits for it.
   */
  beforeAnswer?: (write: RecordedRequest & { readonly write: number }) => Promise<void> | void;

  private readonly google: Google;
  private readonly router = new Router();
  private readonly server: Server;
  private writes = 0;

  constructor({ faults = {}, file }: GoogleStandInProps = {}) {
    this.google = new Google(new Store(file), faults);
    for (const service of services) service(this.google, this.router);
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** Listens on a free port of 127.0.0.1. */
  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return this;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /**
   * Environment variables that send Terraform's provider here, with a token that nobody honours.
   * https://registry.terraform.io/providers/hashicorp/google/latest/docs/guides/provider_reference
   */
  get variables(): NodeJS.ProcessEnv {
    const endpoint = (service: string, version = "v1") => `${this.url}/${service}/${version}/`;
    return {
      GOOGLE_OAUTH_ACCESS_TOKEN: "fake",
      GOOGLE_CREDENTIALS: undefined,
      GOOGLE_APPLICATION_CREDENTIALS: undefined,
      GOOGLE_ARTIFACT_REGISTRY_CUSTOM_ENDPOINT: endpoint("artifactregistry"),
      GOOGLE_CLOUD_RESOURCE_MANAGER_CUSTOM_ENDPOINT: endpoint("cloudresourcemanager"),
      GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT: endpoint("cloudresourcemanager"),
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: endpoint("compute"),
      GOOGLE_CONTAINER_CUSTOM_ENDPOINT: endpoint("container"),
      GOOGLE_IAM_CUSTOM_ENDPOINT: endpoint("iam"),
      GOOGLE_MONITORING_CUSTOM_ENDPOINT: `${this.url}/monitoring/`,
      GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: endpoint("secretmanager"),
      GOOGLE_SERVICE_USAGE_CUSTOM_ENDPOINT: endpoint("serviceusage"),
    };
  }

  setFaults(faults: Faults): void {
    this.google.setFaults(faults);
  }

  /** Everything that Google remembers, as text for restore(). */
  snapshot(): string {
    return this.google.store.snapshot();
  }

  restore(snapshot: string): void {
    this.google.store.restore(snapshot);
  }

  /** What exists: names as in the paths of the API, without operations. */
  get resources(): ReadonlyMap<string, Fields> {
    this.google.operations.settle();
    return new Map(this.google.store.under("").filter(([name]) => !name.includes("/operations/")));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request);
    if (text === undefined) return;
    const body: Fields = text === "" ? {} : JSON.parse(text);
    const { pathname, searchParams: query } = new URL(request.url!, this.url);
    // Some of the provider's clients add the version to an endpoint that has it already.
    const path = pathname.replace(/^(\/\w+\/v1)\/v1\//, "$1/");
    const method = request.method!;
    const { status, content } = this.handle(method, path, query, body);
    const write = status === 200 && isWrite(method, path) ? { write: ++this.writes } : {};
    const recorded = { method, path, body, status, ...write };
    this.requests.push(recorded);
    const answer = JSON.stringify(content);
    if (recorded.write !== undefined) await this.beforeAnswer?.({ ...recorded, write: recorded.write });
    response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(answer);
  }

  private handle(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Fields,
  ): { status: number; content: Fields } {
    this.google.operations.settle();
    try {
      const refusal = refusalOfService(this.google, path) ?? this.google.faults.ofRequest(`${method} ${path}`);
      if (refusal) throw refusal;
      const found = this.router.find(method, path);
      if (!found) throw new GoogleError(501, "UNIMPLEMENTED", `The stand-in does not serve ${method} ${path}`);
      return { status: 200, content: found.handler({ method, path, query, body, parameters: found.parameters }) };
    } catch (error) {
      const answer =
        error instanceof GoogleError ? error : new GoogleError(500, "INTERNAL", String((error as Error).stack));
      return { status: answer.code, content: answer.answer };
    }
  }
}

/** The body of a request; undefined if its client was killed while it sent it. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNRESET") return undefined;
    throw error;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Methods that only read, although they are POST. */
const reads = /:(getIamPolicy|testIamPermissions|batchGet)$|\/wait$/;

const isWrite = (method: string, path: string): boolean => method !== "GET" && !reads.test(path);
