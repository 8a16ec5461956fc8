/** Contact of the page's operator: an e-mail address or an https URL; null (the default): none given. */
import { Context } from "effect"

export class Contact extends Context.Reference<Contact>()("gittensor/api/Contact", { defaultValue: (): string | null => null }) {}
