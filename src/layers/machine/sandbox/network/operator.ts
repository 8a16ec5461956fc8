/** Reads the operator's variables and settings about the network. */
import { Config, ConfigError, Either, Option } from "effect"
import ipaddr from "ipaddr.js"
import { hostOf } from "../../../../domain/publicAddress.ts"
import type { Origin } from "../Sandbox.ts"

/** Addresses that sandboxes with a network may reach besides public ones. */
export interface Allowance {
  readonly origins: ReadonlyArray<Origin>
  readonly networks: ReadonlyArray<string>
}

const SETTING = "GITTENSOR_FETCH_ALLOW"

const originOf = (text: string): Origin | undefined => {
  const [, host = "", port = ""] = /^(\[[0-9a-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(text) ?? []
  return host === "" || Number(port) > 65_535
    ? undefined
    : { host: host.replace(/^\[|\]$/g, "").toLowerCase(), port: Number(port), scheme: "http" }
}

/** Parses HOST:PORT and ADDRESS/BITS, separated by commas. The error is the first invalid part. */
export const parseAllowance = (text: string): Either.Either<Allowance, string> => {
  const origins: Array<Origin> = []
  const networks: Array<string> = []
  for (const part of text.split(",").map((one) => one.trim())) {
    const origin = originOf(part)
    if (ipaddr.isValidCIDR(part)) networks.push(part)
    else if (origin !== undefined) origins.push(origin)
    else if (part !== "") return Either.left(part)
  }
  return Either.right({ origins, networks })
}

export const allowance: Config.Config<Allowance> = Config.string(SETTING).pipe(
  Config.option,
  Config.mapOrFail((text) =>
    Either.mapLeft(parseAllowance(Option.getOrElse(text, () => "")), (part) =>
      ConfigError.InvalidData([SETTING], `"${part}" is neither HOST:PORT nor a network such as 10.1.0.0/16`)
    )
  )
)

type Variables = Readonly<Record<string, string | undefined>>

/** Variables that name registries. */
const REGISTRIES = ["GOPROXY", "GOSUMDB", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "NPM_CONFIG_REGISTRY", "npm_config_registry"]

/** The operator's registries, for a box's variables. Every user of this machine can see these, so a URL with a password is left out. */
export const registriesOf = (variables: Variables): Readonly<Record<string, string>> =>
  Object.fromEntries(
    REGISTRIES.flatMap((name) => {
      const value = variables[name]
      return value === undefined || value.includes("@") ? [] : [[name, value]]
    })
  )

const portOf = ({ protocol, port }: URL): number => (port === "" ? (protocol === "https:" ? 443 : 80) : Number(port))

/** The servers of the operator's registries. */
export const registryOrigins = (variables: Variables): ReadonlyArray<Origin> =>
  Object.values(registriesOf(variables)).flatMap((text) =>
    text.split(/[\s,|]+/).flatMap((part): ReadonlyArray<Origin> => {
      if (!URL.canParse(part)) return []
      const url = new URL(part)
      if (!/^https?:$/.test(url.protocol)) return []
      return [{ host: hostOf(url).toLowerCase(), port: portOf(url), scheme: url.protocol === "http:" ? "http" : "https" }]
    })
  )

/** Variables that name the operator's certificate files. */
export const CERTIFICATES = [
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NODE_EXTRA_CA_CERTS",
  "PIP_CERT",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "CARGO_HTTP_CAINFO"
]
