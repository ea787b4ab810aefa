import type { Fields } from "./fields";

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Fields;
  /** By the names in the route's pattern. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type Handler = (request: ApiRequest) => Fields;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly handler: Handler;
}

/** Which handler answers which method and path. */
export class Router {
  private readonly routes: Route[] = [];

  /** @param pattern path with names in braces, such as `/compute/v1/projects/{project}/global/networks/{name}` */
  on(method: string, pattern: string, handler: Handler): void {
    const escaped = pattern.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>[^/:]+)");
    this.routes.push({ method, path: new RegExp(`^${escaped}$`), handler });
  }

  /** @returns undefined where nothing answers that method and path */
  find(method: string, path: string): { handler: Handler; parameters: Record<string, string> } | undefined {
    for (const route of this.routes) {
      const match = route.method === method ? route.path.exec(path) : null;
      if (!match) continue;
      const parameters = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
      return { handler: route.handler, parameters: Object.fromEntries(parameters) };
    }
    return undefined;
  }
}
