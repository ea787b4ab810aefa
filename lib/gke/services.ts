import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { Construct } from "constructs";

/** Google's APIs that everything else here is made with. */
const always = [
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

export interface ProjectServicesProps {
  /** Whether records in Cloud DNS will be made. */
  readonly dns: boolean;
}

/** Google's APIs that the project must have switched on before anything can be made. */
export class ProjectServices extends Construct {
  /** What every resource that depends on no other one must wait for. */
  readonly enabled: readonly ProjectService[];

  constructor(scope: Construct, id: string, props: ProjectServicesProps) {
    super(scope, id);
    const names = props.dns ? [...always, "dns"] : always;
    this.enabled = names.map(
      (name) =>
        new ProjectService(this, name, {
          service: `${name}.googleapis.com`,
          // Other things in the project may use the API too.
          disableOnDestroy: false,
        }),
    );
  }
}
