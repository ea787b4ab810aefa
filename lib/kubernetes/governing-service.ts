import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { Construct } from "constructs";

/** The headless Service that every StatefulSet must name. @returns its name */
export function governingService(
  scope: Construct,
  props: { readonly namespace: string; readonly name: string; readonly selector: Record<string, string> },
): string {
  const { namespace, name, selector } = props;
  const service = new ServiceV1(scope, "governing-service", {
    metadata: { namespace, name },
    spec: { clusterIp: "None", selector },
  });
  return service.metadata.name;
}
