/** Whether a program may enrol without a person's decision, by what the repository's maintainers say about AI. */
import type { AiRule, RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"

/** The maintainers' rule for pull requests made with AI. `unsaid`: they have none. `unknown`: their files cannot be read now. */
export type AiAnswer = AiRule | "unsaid" | "unknown"

/** `policy` is null if GitHub did not answer, or was not asked for want of a token. */
export const aiAnswerOf = (policy: RepositoryPolicy | null): AiAnswer => (policy === null ? "unknown" : (policy.ai?.rule ?? "unsaid"))

/** Why a person has to decide about an enrolment; null: a program may. Not knowing the answer is no permission. */
export const whyPersonDecides = (repository: string, answer: AiAnswer): string | null => {
  switch (answer) {
    case "none":
      return `${repository} refuses pull requests made with AI`
    case "unread":
      return `${repository} has a policy about AI that only a person can read`
    case "unknown":
      return `it is not known whether ${repository} refuses pull requests made with AI (GitHub did not answer, or GITTENSOR_GITHUB_TOKEN is missing)`
    case "disclosed":
    case "any":
    case "unsaid":
      return null
  }
}
