import { SecurePod, type SecurePodProps } from "../../../lib/kubernetes/secure-pod";

const pod = (props: Partial<SecurePodProps> = {}) =>
  new SecurePod({
    labels: { app: "x" },
    pool: "baking",
    parts: [{ containers: [{ name: "main", image: "image:1" }] }],
    apartFrom: ["public"],
    ...props,
  });

test("the pod has no privileges, no token and no access to its VM", () => {
  expect(pod().spec).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    hostNetwork: false,
    hostPid: false,
    hostIpc: false,
    shareProcessNamespace: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: "1000",
      runAsGroup: "1000",
      fsGroup: "1000",
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    terminationGracePeriodSeconds: 30,
  });
});

test("containers and init containers are hardened, whatever they set themselves", () => {
  const lax = { name: "lax", image: "image:1", securityContext: { privileged: true, runAsUser: "0" } };
  const { container, initContainer } = pod({ parts: [{ containers: [lax], initContainers: [lax] }] }).spec as Record<
    string,
    unknown
  >;
  const hardened = {
    name: "lax",
    image: "image:1",
    imagePullPolicy: "IfNotPresent",
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
  };
  expect(container).toEqual([hardened]);
  expect(initContainer).toEqual([hardened]);
});

test.each(["baking", "public"] as const)("only runs on VMs of the pool %s, whose taint it tolerates", (pool) => {
  const { nodeSelector, toleration } = pod({ pool }).spec;
  expect(nodeSelector).toEqual({ "hodl.farm/pool": pool });
  expect(toleration).toEqual([{ key: "hodl.farm/pool", operator: "Equal", value: pool, effect: "NoSchedule" }]);
});

test("the pool system has no taint; a pod's own tolerations are added to the pool's", () => {
  expect(pod({ pool: "system" }).spec.toleration).toEqual([]);
  const own = { key: "node.kubernetes.io/unreachable", operator: "Exists" };
  expect(pod({ tolerations: [own] }).spec.toleration).toEqual([expect.objectContaining({ value: "baking" }), own]);
});

test("never shares a VM with a pod of the given roles", () => {
  const matchExpressions = [{ key: "hodl.farm/role", operator: "In", values: ["public", "dal"] }];
  expect(pod({ apartFrom: ["public", "dal"] }).spec.affinity).toEqual({
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: "kubernetes.io/hostname", labelSelector: [{ matchExpressions }] },
      ],
    },
  });
});

test("combines its parts in order; parts share volumes of the same name", () => {
  const part = (name: string) => ({
    containers: [{ name }],
    initContainers: [{ name: `init-${name}` }],
    volumes: [{ name: "tmp", emptyDir: {} }, { name }],
    annotations: { [`hodl.farm/${name}`]: "checksum" },
  });
  const { spec, metadata } = pod({ parts: [part("b"), part("a")] });
  const names = (some: unknown) => (some as { name: string }[]).map(({ name }) => name);
  expect(names(spec.container)).toEqual(["b", "a"]);
  expect(names(spec.initContainer)).toEqual(["init-b", "init-a"]);
  expect(names(spec.volume)).toEqual(["tmp", "b", "a"]);
  expect(metadata).toEqual({
    labels: { app: "x" },
    annotations: { "hodl.farm/a": "checksum", "hodl.farm/b": "checksum" },
  });
});
