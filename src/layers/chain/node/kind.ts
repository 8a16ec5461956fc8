/** Whether a node's answer to system_chainType names a chain for development. */
export const isForDevelopment = (kind: unknown): boolean => kind === "Development" || kind === "Local"
