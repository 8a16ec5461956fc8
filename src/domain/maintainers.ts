/** GitHub's associations of accounts that may merge (https://docs.github.com/en/graphql/reference/enums#commentauthorassociation). */
const MAINTAINERS: ReadonlySet<string> = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

/** Whether an association with a repository makes an account its maintainer. If it opts out, that counts without proof that it may push. */
export const isMaintainer = (association: string | null | undefined): boolean =>
  association !== null && association !== undefined && MAINTAINERS.has(association)
