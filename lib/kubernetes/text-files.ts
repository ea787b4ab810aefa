import { createHash } from "node:crypto";
import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { Construct } from "constructs";
import { escapeTerraform } from "../terraform/escape";
import type { Volume } from "./secure-pod";

export interface TextFilesProps {
  readonly namespace: string;
  readonly name: string;
  /** Texts by file name. They arrive unchanged in the pod. */
  readonly files: Readonly<Record<string, string>>;
}

/** Files for a pod, as a ConfigMap. @throws if a text contains a cdktf token, whose value only Terraform knows */
export class TextFiles extends Construct {
  /** SHA-256 of names and texts. As an annotation of a pod it makes Kubernetes replace the pod when a file changes. */
  readonly checksum: string;
  private readonly configMapName: string;

  constructor(scope: Construct, id: string, props: TextFilesProps) {
    super(scope, id);
    const names = Object.keys(props.files).sort();
    const configMap = new ConfigMapV1(this, "Resource", {
      metadata: { namespace: props.namespace, name: props.name },
      data: Object.fromEntries(names.map((name) => [name, escapeTerraform(props.files[name]!)])),
    });
    this.configMapName = configMap.metadata.name;
    this.checksum = createHash("sha256")
      .update(JSON.stringify(names.map((name) => [name, props.files[name]])))
      .digest("hex");
  }

  /**
   * The files as a volume.
   * @param mode permissions of each file, in octal
   */
  volume(name: string, mode = "0444"): Volume {
    return { name, configMap: { name: this.configMapName, defaultMode: mode } };
  }
}
