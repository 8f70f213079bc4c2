// What Thorium's OPDS library (r2-opds-js) reads in feeds of either form: one JSON line per file.
// node opds_reader.js FOLDER-WITH-NODE_MODULES FILE…
const fs = require("fs");
const path = require("path");
const [folder, ...files] = process.argv.slice(2);
const load = (name) => require(path.join(folder, "node_modules", name));
const opds = "r2-opds-js/dist/es8-es2017/src/opds";
const { initGlobalConverters_OPDS } = load(`${opds}/init-globals.js`);
const shared = "r2-shared-js/dist/es8-es2017/src/init-globals.js";
const { initGlobalConverters_GENERIC, initGlobalConverters_SHARED } = load(shared);
initGlobalConverters_OPDS();
initGlobalConverters_SHARED();
initGlobalConverters_GENERIC();
const { OPDSFeed } = load(`${opds}/opds2/opds2.js`);
const { OPDS } = load(`${opds}/opds1/opds.js`);
const { convertOpds1ToOpds2 } = load(`${opds}/converter.js`);
const { TaJsonDeserialize } = load("r2-lcp-js/dist/es8-es2017/src/serializable.js");
const { XML } = load("r2-utils-js/dist/es8-es2017/src/_utils/xml-js-mapper/index.js");
const { DOMParser } = load("@xmldom/xmldom");

const link = (item) => ({
  rel: item.Rel && item.Rel[0],
  href: item.Href,
  type: item.TypeLink,
  price: item.Properties && item.Properties.Price
    ? [item.Properties.Price.Value, item.Properties.Price.Currency] : null,
  leads_to: item.Properties && item.Properties.IndirectAcquisitions
    ? item.Properties.IndirectAcquisitions.map((inner) => inner.TypeAcquisition) : null,
});
const book = (item) => ({
  title: item.Metadata.Title,
  identifier: item.Metadata.Identifier,
  authors: (item.Metadata.Author || []).map((person) => person.Name),
  links: (item.Links || []).map(link),
  images: (item.Images || []).map((image) => image.Href),
});
for (const file of files) {
  const text = fs.readFileSync(file, "utf8");
  const feed = file.endsWith(".json")
    ? TaJsonDeserialize(JSON.parse(text), OPDSFeed)
    : convertOpds1ToOpds2(XML.deserialize(new DOMParser().parseFromString(text, "text/xml"), OPDS));
  console.log(JSON.stringify({
    title: feed.Metadata.Title,
    links: (feed.Links || []).map(link),
    navigation: (feed.Navigation || []).map((item) => [item.Title, item.Href]),
    groups: (feed.Groups || []).map((group) => group.Metadata.Title),
    publications: (feed.Publications || []).map(book),
  }));
}
