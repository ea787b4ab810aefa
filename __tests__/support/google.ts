import type { Fields } from "../../laboratory/google/fields";
import { GoogleStandIn, type GoogleStandInProps } from "../../laboratory/google/stand-in";

/** A stand-in for Google's API that ends with the test, and short ways to call it. */
export class GoogleTest {
  static async start(props: GoogleStandInProps & { readonly enabled?: readonly string[] } = {}): Promise<GoogleTest> {
    const google = new GoogleTest(await new GoogleStandIn(props).start());
    const { enabled = ["artifactregistry", "compute", "container", "iam", "secretmanager"] } = props;
    const serviceIds = enabled.map((name) => `${name}.googleapis.com`);
    await google.post("/serviceusage/v1/projects/p/services:batchEnable", { serviceIds });
    return google;
  }

  private constructor(readonly standIn: GoogleStandIn) {}

  stop(): void {
    this.standIn.stop();
  }

  /** @returns the answer's body, with its status as `httpStatus` */
  async call(method: string, path: string, body?: Fields): Promise<Fields> {
    const response = await fetch(`${this.standIn.url}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    return { httpStatus: response.status, ...((await response.json()) as Fields) };
  }

  get = (path: string): Promise<Fields> => this.call("GET", path);
  post = (path: string, body: Fields = {}): Promise<Fields> => this.call("POST", path, body);
  patch = (path: string, body: Fields): Promise<Fields> => this.call("PATCH", path, body);
  put = (path: string, body: Fields): Promise<Fields> => this.call("PUT", path, body);
  delete = (path: string): Promise<Fields> => this.call("DELETE", path);

  /** A network `n` with a subnetwork `s` in region `r`. */
  async createNetwork(): Promise<void> {
    await this.post("/compute/v1/projects/p/global/networks", { name: "n", autoCreateSubnetworks: false });
    await this.post("/compute/v1/projects/p/regions/r/subnetworks", {
      name: "s",
      network: "projects/p/global/networks/n",
      ipCidrRange: "10.0.0.0/22",
      secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.1.0.0/22" }],
    });
  }

  /** A cluster `c` in that network. */
  async createCluster(cluster: Fields = {}): Promise<Fields> {
    return this.post("/container/v1/projects/p/locations/r/clusters", {
      cluster: {
        name: "c",
        network: "projects/p/global/networks/n",
        subnetwork: "projects/p/regions/r/subnetworks/s",
        locations: ["r-a", "r-b"],
        initialNodeCount: 1,
        ipAllocationPolicy: { clusterSecondaryRangeName: "pods" },
        workloadIdentityConfig: { workloadPool: "p.svc.id.goog" },
        ...cluster,
      },
    });
  }
}

/** Starts one before each test and stops it after. */
export function eachGoogle(props?: Parameters<typeof GoogleTest.start>[0]): { readonly google: GoogleTest } {
  const current: { google?: GoogleTest } = {};
  beforeEach(async () => {
    current.google = await GoogleTest.start(props);
  });
  afterEach(() => current.google?.stop());
  return current as { google: GoogleTest };
}
