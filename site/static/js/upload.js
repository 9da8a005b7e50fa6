// Sending a video from a phone, over a weak line, in more than one go, and following what becomes of it.
//
// Enhances `<form data-upload>` that includes templates/media_pipeline/upload_fields.html. When all bytes have arrived
// the id of the video is in the hidden input `asset`, and the form may be sent.

import { Sender } from "./upload/page.js";

for (const form of document.querySelectorAll("form[data-upload]")) new Sender(form);
