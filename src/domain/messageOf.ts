/** The message of a thrown value. */
export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "its permissions do not allow reading it"
}

/** Why a file cannot be read, from the system's error. */
export const whyUnread = (cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  return REASONS[code] ?? `it can't be read (${messageOf(cause)})`
}
