import { playFiveValidators } from "../../support/validator/fiveValidators.ts"

playFiveValidators("two")
