import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";

export interface SingleWritersProps {
  /** Of the policy and its binding. They have no namespace: it must be unique in the cluster. */
  readonly name: string;
  readonly namespace: string;
  /** Label app.kubernetes.io/name of the pods that must not run twice. */
  readonly kind: string;
  /** Their disk's claim is named by it and their label app.kubernetes.io/instance. */
  readonly claimPrefix: string;
  /** What to do instead of a forced deletion, for the one who is refused. */
  readonly insteadOfForce: string;
}

/**
 * A disk that one pod can have (ReadWriteOncePod) keeps such pods from running twice. This refuses the ways around it.
 * Kubernetes' own parts (kubelet, scheduler, controllers) have names that begin with `system:`, and may do what a person
 * may not: each force-deletes a pod when it has seen its end, or its VM's.
 */
export class SingleWriters extends Construct {
  constructor(scope: Construct, id: string, props: SingleWritersProps) {
    super(scope, id);
    const { name, namespace, kind, claimPrefix, insteadOfForce } = props;
    const apiVersion = "admissionregistration.k8s.io/v1";
    const unless = (...conditions: string[]) =>
      [`request.userInfo.username.startsWith("system:")`, ...conditions].join(" || ");
    const instance = `object.metadata.labels["app.kubernetes.io/instance"]`;
    const isOther = (object: string) => {
      const labels = `${object}.metadata.labels`;
      const label = `"app.kubernetes.io/name"`;
      return `!has(${labels}) || !(${label} in ${labels}) || ${labels}[${label}] != "${kind}"`;
    };
    // What is the API server's default is stated as well: the provider would find a change in it.
    const policy = new Manifest(this, "Resource", {
      manifest: {
        apiVersion,
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        spec: {
          // Should a rule fail to be evaluated, the answer is no.
          failurePolicy: "Fail",
          matchConstraints: {
            matchPolicy: "Equivalent",
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
            objectSelector: {},
            resourceRules: [
              {
                apiGroups: [""],
                apiVersions: ["v1"],
                resources: ["pods"],
                operations: ["CREATE", "DELETE"],
                scope: "*",
              },
            ],
          },
          validations: [
            {
              // Kubernetes only forgets such a pod: on a VM that can't be reached it runs on, beside its successor.
              expression: unless(
                `request.operation != "DELETE"`,
                isOther("oldObject"),
                // It has never been on a VM.
                `!has(oldObject.spec.nodeName)`,
                `!has(request.options.gracePeriodSeconds) || request.options.gracePeriodSeconds > 0`,
              ),
              message: `A forced deletion stops nothing: the pod may run on, and a second one beside it. ${insteadOfForce}`,
              reason: "Forbidden",
            },
            {
              // A copy with a disk of its own would have no watermarks. This one is for controllers as well.
              expression: [
                `request.operation != "CREATE"`,
                isOther("object"),
                `has(object.spec.volumes) && object.spec.volumes.exists(volume, has(volume.persistentVolumeClaim) && ` +
                  `volume.persistentVolumeClaim.claimName == "${claimPrefix}" + ${instance})`,
              ].join(" || "),
              message: `A pod of kind ${kind} must have its own disk, ${claimPrefix}…: what it has signed is written there.`,
              reason: "Forbidden",
            },
            {
              // The scheduler never sees such a pod, and it is the scheduler that keeps a second one off the disk.
              expression: unless(`request.operation != "CREATE"`, `!has(object.spec.nodeName)`),
              message:
                "A pod that names its VM passes the scheduler by, which keeps two from one disk. Leave out nodeName.",
              reason: "Forbidden",
            },
          ],
        },
      },
    });
    const binding = new Manifest(this, "binding", {
      manifest: {
        apiVersion,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata: { name },
        spec: { policyName: name, validationActions: ["Deny"] },
      },
    });
    binding.node.addDependency(policy);
  }
}
