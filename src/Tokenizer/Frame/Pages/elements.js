// Protected fields for an application's page: <script type="module" src="https://vault.example.com/frame/elements.js"></script>, and then
// <secure-text>, <secure-input>, <secure-textarea>, <secure-uploader> and <secure-downloader> (docs/secure-frame.md).

import { SecureElement } from './secure-element.js';
import { SecureFormElement } from './secure-form-element.js';

const kinds = {
  'secure-text': class extends SecureElement { static component = 'text'; },
  'secure-downloader': class extends SecureElement { static component = 'downloader'; },
  'secure-input': class extends SecureFormElement { static component = 'input'; },
  'secure-textarea': class extends SecureFormElement { static component = 'textarea'; },
  'secure-uploader': class extends SecureFormElement { static component = 'uploader'; },
};

for (const [name, kind] of Object.entries(kinds)) {
  if (!customElements.get(name)) customElements.define(name, kind);
}
