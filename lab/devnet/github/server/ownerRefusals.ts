/** GitHub's forms of refusing one token access to an owner's resources that other tokens may read. */
import { HttpServerResponse } from "@effect/platform"
import { Schema } from "effect"
import { type Behaviour, behaviours } from "../../behaviours.ts"
import * as State from "../state/State.ts"
import type { Caller } from "./rateLimits.ts"

interface Form extends Pick<Behaviour, "what" | "sources"> {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
  /** The `extensions` of GraphQL's error. */
  readonly extensions?: Readonly<Record<string, unknown>>
}

const FORMS = {
  singleSignOn: {
    what: "An organization that requires single sign-on answers other tokens with 403 and `x-github-sso`, in GraphQL with `saml_failure`.",
    sources: [
      "https://docs.github.com/en/authentication/authenticating-with-single-sign-on",
      "https://github.com/jasperapp/jasper/issues/187"
    ],
    status: 403,
    message: "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
    headers: { "x-github-sso": "required; url=https://github.com/orgs/acme/sso?authorization_request=A" },
    extensions: { saml_failure: true }
  },
  addresses: {
    what: "An organization with an IP allow list answers 403 to all other addresses.",
    sources: ["https://github.com/SalesforceFoundation/NPSP/issues/7247"],
    status: 403,
    message:
      "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.",
    extensions: { saml_failure: false }
  },
  lifetime: {
    what: "An organization that limits token lifetimes answers 403 to longer-lived tokens.",
    sources: [
      "https://docs.github.com/en/organizations/managing-programmatic-access-to-your-organization/setting-a-personal-access-token-policy-for-your-organization"
    ],
    status: 403,
    message:
      "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days.",
    extensions: { saml_failure: false }
  },
  permission: {
    what: "A token that lacks a permission gets 403.",
    sources: ["https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api"],
    status: 403,
    message: "Resource not accessible by personal access token"
  },
  dmca: {
    what: "A blocked repository answers 451.",
    sources: ["https://github.com/github/rest-api-description/issues/3314"],
    status: 451,
    message: "Repository access blocked"
  },
  hidden: {
    what: "A private resource answers 404 to accounts that may not see it.",
    sources: ["https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api"],
    status: 404,
    message: "Not Found"
  }
} as const satisfies Record<string, Form>

for (const [name, { what, sources }] of Object.entries(FORMS))
  behaviours({ what, sources, switch: `refuseByOwner, as ${name}`, test: "test/http/github/ownerRefusals.test.ts" })

export type OwnerRefusalForm = keyof typeof FORMS
const isForm = (name: string): name is OwnerRefusalForm => Object.hasOwn(FORMS, name)
export const ownerRefusalForms: ReadonlyArray<OwnerRefusalForm> = Object.keys(FORMS).filter(isForm)
export const OwnerRefusalForm = Schema.Literal(...ownerRefusalForms)

/** Refusals by the owner's account id and the id of the account that asks. */
export type OwnerRefusals = ReadonlyArray<{ readonly owner: number; readonly caller: Caller; readonly form: OwnerRefusalForm }>

export const refusalOf = (refusals: OwnerRefusals, owner: number, caller: Caller): OwnerRefusalForm | undefined =>
  refusals.find((one) => one.owner === owner && one.caller === caller)?.form

/** The answer of the REST API. */
export const refusalAnswer = (form: OwnerRefusalForm): HttpServerResponse.HttpServerResponse => {
  const { status, message, headers = {} }: Form = FORMS[form]
  return HttpServerResponse.unsafeJson(
    { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
    { status, headers, contentType: "application/json; charset=utf-8" }
  )
}

export const refusalText = (form: OwnerRefusalForm): Pick<Form, "message" | "extensions"> => FORMS[form]

/** The owner of the repository in a path, by name or id. */
export const ownerOfPath = (path: string, state: State.State): number | undefined => {
  const [, kind, owner = "", name = ""] = path.split("/")
  const found =
    kind === "repos"
      ? State.repositoryByName(state, `${owner}/${name}`)
      : kind === "repositories"
        ? State.repositoryById(state, Number(owner))
        : undefined
  return found?._tag === "Some" ? found.value.ownerId : undefined
}
