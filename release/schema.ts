/**
 * Checks a list of parts against the published schema of CycloneDX 1.6.
 *
 * @module
 */
import { Ajv } from "ajv";
import addFormats from "ajv-formats";

/** What comes with the schemas; it exports no more than its package.json, and they lie beside it. */
const FOLDER = new URL(
  "res/schema/",
  import.meta.resolve("@cyclonedx/cyclonedx-library/package.json"),
);
const SCHEMA = "bom-1.6.SNAPSHOT.schema.json";
const PARTS = ["spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json"];

/** What is wrong with a document by the schema, one line each; none when it is as it should be. */
export async function faultsOf(bom: unknown): Promise<string[]> {
  const read = async (name: string) => JSON.parse(await Deno.readTextFile(new URL(name, FOLDER)));
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  for (const format of ["idn-email", "iri-reference"]) ajv.addFormat(format, true); // none in use here
  const schema = await read(SCHEMA);
  for (const name of PARTS) ajv.addSchema(await read(name), new URL(name, schema.$id).href);
  const validate = ajv.compile(schema);
  if (validate(bom)) return [];
  return validate.errors!.map(({ instancePath, message }) => `${instancePath || "/"} ${message}`);
}
