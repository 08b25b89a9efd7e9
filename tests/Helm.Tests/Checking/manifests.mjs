// Holds Kubernetes manifests (YAML on standard input) to the schemas of Kubernetes: wrong types and missing fields by those of 1.27,
// unknown fields, kinds and versions by the models of 1.34. One fault a line; nothing where all is well.
// Usage: node manifests.mjs FOLDER_WITH_NODE_MODULES
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.argv[2], 'package.json'));
const yaml = require('yaml');
const client = require('@kubernetes/client-node');

// Kinds of others, whose schemas are not here.
const foreign = ['monitoring.coreos.com/v1', 'gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1alpha3', 'gateway.envoyproxy.io/v1alpha1', 'traefik.io/v1alpha1', 'external-secrets.io/v1'];

const modelOf = (apiVersion, kind) => client[`${apiVersion.split('/').at(-1).replace(/^v/, 'V')}${kind}`];

function* unknownFields(value, type, place) {
  const list = /^Array<(.+)>$/.exec(type)?.[1];
  if (list) {
    for (const [index, entry] of (value ?? []).entries()) yield* unknownFields(entry, list, `${place}[${index}]`);
    return;
  }

  const map = client[type]?.attributeTypeMap;
  if (!map || value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) {
    const field = map.find((candidate) => candidate.baseName === key);
    if (field) yield* unknownFields(inner, field.type, `${place}.${key}`);
    else yield `${place}.${key} is no field of ${type}`;
  }
}

function* faults(manifest) {
  const { apiVersion, kind } = manifest;
  if (foreign.includes(apiVersion)) return;
  const model = modelOf(apiVersion, kind);
  if (!model) {
    yield 'no such kind in this version';
    return;
  }

  yield* unknownFields(manifest, model.name, kind);
  try {
    new (require(`kubernetes-models/${apiVersion}/${kind}`)[kind])(manifest).validate();
  } catch (fault) {
    yield fault.message;
  }
}

// As Kubernetes reads it: 0440 is octal.
const documents = yaml.parseAllDocuments(readFileSync(0, 'utf8'), { version: '1.1' });
for (const document of documents) {
  for (const error of document.errors) console.log(error.message);
  const manifest = document.toJS();
  if (manifest === null) continue;
  for (const fault of faults(manifest)) console.log(`${manifest.kind}/${manifest.metadata?.name}: ${fault}`);
}
