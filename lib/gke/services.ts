import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { Construct } from "constructs";

/** The Google APIs that the resources of this stack are created with. */
const apis = [
  "artifactregistry",
  "cloudresourcemanager",
  "compute",
  "container",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "secretmanager",
];

/** Enables the Google APIs that the project needs before anything else can be created. */
export class ProjectServices extends Construct {
  /** Every resource that depends on no other resource must wait for these. */
  readonly enabled: readonly ProjectService[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.enabled = apis.map(
      (name) =>
        new ProjectService(this, name, {
          service: `${name}.googleapis.com`,
          // Something else in the project may use the API too.
          disableOnDestroy: false,
        }),
    );
  }
}
