/**
 * Settings that both systemd (EnvironmentFile=) and a shell read the same way.
 * @throws Error for a value that one of them would read otherwise
 */
export function environmentFile(settings: Record<string, string | number>): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      if (/["$`\\\n]/.test(String(value))) throw new Error(`${name} can't be written as a setting: ${value}`);
      return `${name}="${value}"\n`;
    })
    .join("");
}
