/** Where people reach whoever serves the page: an e-mail address, or one that begins with https; null, the default: they have not said. */
import { Context } from "effect"

export class Contact extends Context.Reference<Contact>()("gittensor/api/Contact", { defaultValue: (): string | null => null }) {}
