/** A typed client, made from the definition of the API. */
import * as HttpApiClient from "@effect/platform/HttpApiClient"
import { ServedApi } from "./definition/system.ts"

/** A client of the server at a base URL such as http://127.0.0.1:8080: `client.issues.issue({ path: { id: 7 } })`. */
export const make = (baseUrl: string) => HttpApiClient.make(ServedApi, { baseUrl })
