/** A file of a bundle. */
export interface BundleFile {
  /** Relative to the bundle's folder. What begins with files/ is installed at the rest of the path. */
  readonly path: string;
  readonly mode: number;
  readonly text: string;
}
