import { type Service } from "./google";
import { iamPolicies } from "./iam-policies";

/** Projects: https://cloud.google.com/resource-manager/reference/rest/v1/projects. Every project exists. */
export const resourceManager: Service = (google, router) => {
  const project = "/cloudresourcemanager/v1/projects/{project}";
  router.on("GET", project, ({ parameters }) => ({
    projectNumber: google.projectNumber(parameters["project"]!),
    projectId: parameters["project"],
    lifecycleState: "ACTIVE",
    name: parameters["project"],
    createTime: "2024-01-01T00:00:00Z",
  }));
  iamPolicies(google, router, project, { getMethod: "POST", find: () => undefined });
};
