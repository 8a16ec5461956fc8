/** The commit status that an index puts on competitors' pull requests. */

export const STATUS_CONTEXT = "gittensor"

/**
 * Whether a check context is such a status, of any index. It is no check, so readers of checks leave it out. Its author does not matter: only
 * accounts with push access can create it.
 */
export const isOwnStatus = (one: { readonly __typename: string; readonly context?: string | undefined }): boolean =>
  one.__typename === "StatusContext" && one.context === STATUS_CONTEXT
