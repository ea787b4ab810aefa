import { join } from "node:path";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { App, DataResource, LocalBackend, TerraformStack } from "cdktf";
import { exampleConfiguration } from "../../../laboratory/examples";
import { GoogleStandIn } from "../../../laboratory/google/stand-in";
import { TerraformProject } from "../../../laboratory/terraform/terraform";
import { ProjectServices } from "../../../lib/gke/services";
import { AlertPolicies } from "../../../lib/monitoring/alert-policies";
import { describeReal } from "../../support/real";
import { temporaryOutdir } from "../../support/stacks";

describeReal("Terraform and Google's provider, with a stand-in for Google", { mirror: true }, () => {
  let google: GoogleStandIn;
  beforeAll(async () => {
    google = await new GoogleStandIn().start();
  });
  afterAll(() => google.stop());

  /** The alerts alone, as Terraform's project, for these recipients. */
  function alertsFor(emails: string[], outdir: string): TerraformProject {
    const configuration = exampleConfiguration((input) => (input.alerts = { emails }));
    const app = new App({ outdir });
    const stack = new TerraformStack(app, "alerts");
    new LocalBackend(stack, { path: "terraform.tfstate" });
    new GoogleProvider(stack, "google", { project: configuration.google.project });
    const services = new ProjectServices(stack, "services");
    new AlertPolicies(stack, "alerts", { configuration, labels: {}, services, cluster: new DataResource(stack, "it") });
    app.synth();
    return new TerraformProject(join(outdir, "stacks", "alerts"), outdir, google.variables);
  }

  test("replacing the only recipient leaves the policies with one at every moment, and then changes nothing", async () => {
    const outdir = temporaryOutdir();
    const before = alertsFor(["old@farm.example"], outdir);
    await before.init();
    await before.apply();
    const after = alertsFor(["new@farm.example"], outdir);
    google.requests.length = 0;
    await after.apply();
    const writes = google.requests.filter(({ method, status }) => method !== "GET" && status === 200);
    const order = writes.map(({ method, path }) => `${method} ${/(\w+)(\/\d+)?$/.exec(path)![1]}`);
    expect([...new Set(order)]).toEqual([
      "POST notificationChannels",
      "PATCH alertPolicies",
      "DELETE notificationChannels",
    ]);
    expect((await after.plan()).resource_changes?.flatMap(({ change }) => change.actions)).not.toContain("update");
  }, 120_000);
});
