import { Manifest } from "@cdktf/provider-kubernetes/lib/manifest";
import { Construct } from "constructs";

export interface SingleWritersProps {
  /** Name of the policy and its binding. They have no namespace, so it must be unique in the cluster. */
  readonly name: string;
  readonly namespace: string;
  /** Value of the label app.kubernetes.io/name on the pods that must not run twice. */
  readonly kind: string;
  /** The claim of a pod's disk is named by this, followed by its label app.kubernetes.io/instance. */
  readonly claimPrefix: string;
  /** What to do instead of a forced deletion. The end of the error message. */
  readonly insteadOfForce: string;
}

/**
 * An admission policy against a second copy of a pod. Its disk already prevents that, since only one pod can mount it
 * (ReadWriteOncePod); the policy rejects the ways around the disk. It exempts Kubernetes' own components (kubelet,
 * scheduler, controllers), whose user names start with `system:`: they only force-delete a pod once they know that it,
 * or its VM, has stopped.
 * https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export class SingleWriters extends Construct {
  constructor(scope: Construct, id: string, props: SingleWritersProps) {
    super(scope, id);
    const { name, namespace, kind, claimPrefix, insteadOfForce } = props;
    const apiVersion = "admissionregistration.k8s.io/v1";
    const unless = (...conditions: string[]) =>
      [`request.userInfo.username.startsWith("system:")`, ...conditions].join(" || ");
    const instance = `object.metadata.labels["app.kubernetes.io/instance"]`;
    const isOfOtherKind = (object: string) => {
      const labels = `${object}.metadata.labels`;
      const label = `"app.kubernetes.io/name"`;
      return `!has(${labels}) || !(${label} in ${labels}) || ${labels}[${label}] != "${kind}"`;
    };
    // Defaults are set as well: otherwise the API server fills them in, and every plan shows a change.
    const policy = new Manifest(this, "Resource", {
      manifest: {
        apiVersion,
        kind: "ValidatingAdmissionPolicy",
        metadata: { name },
        spec: {
          // Reject the request if an expression can't be evaluated.
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
              // Kubernetes would only forget the pod. If its VM can't be reached, it keeps running next to its
              // replacement.
              // https://kubernetes.io/docs/tasks/run-application/force-delete-stateful-set-pod/
              expression: unless(
                `request.operation != "DELETE"`,
                isOfOtherKind("oldObject"),
                // It was never assigned to a VM.
                `!has(oldObject.spec.nodeName)`,
                `!has(request.options.gracePeriodSeconds) || request.options.gracePeriodSeconds > 0`,
              ),
              message: `A forced deletion doesn't stop the pod, which may keep running next to a new one. ${insteadOfForce}`,
              reason: "Forbidden",
            },
            {
              // A copy with another disk would have no watermarks. This rule also applies to controllers.
              expression: [
                `request.operation != "CREATE"`,
                isOfOtherKind("object"),
                `has(object.spec.volumes) && object.spec.volumes.exists(volume, has(volume.persistentVolumeClaim) && ` +
                  `volume.persistentVolumeClaim.claimName == "${claimPrefix}" + ${instance})`,
              ].join(" || "),
              message: `A ${kind} pod must have its own disk, ${claimPrefix}…: what it has signed is recorded there.`,
              reason: "Forbidden",
            },
            {
              // Such a pod bypasses the scheduler, which is what keeps a second pod off the disk.
              // https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#nodename
              expression: unless(`request.operation != "CREATE"`, `!has(object.spec.nodeName)`),
              message:
                "A pod with nodeName bypasses the scheduler, which keeps a second pod off the disk. Remove nodeName.",
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
