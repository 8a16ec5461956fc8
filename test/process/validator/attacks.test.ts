/** All plays of five validators, eight of them attacks: a nightly part of CI. */
import { playFiveValidators } from "../../support/validator/fiveValidators.ts"

playFiveValidators("all")
