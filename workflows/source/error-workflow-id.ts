import { stableId } from "./stable-id.ts";

/** What every other workflow names as its error workflow. */
export const ERROR_HANDLER_ID = stableId("error-handler");
