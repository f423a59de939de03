// A form that uploads its files, and takes its time.

/** As the demo webmail, whose files can be taken out again; each is on its way until `window.release()`. */
export const UPLOADS = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Uploads</title>
  <link rel="icon" href="letter.svg"></head><body class="app"><main id="main"><form class="write">
  <label>To <input id="to"></label><label>Subject <input id="subject"></label>
  <div class="editor"><textarea id="text" rows="10" cols="70"></textarea></div>
  <input id="attach" type="file" multiple><ul class="files"></ul><output id="state"></output></form></main><script>
  window.given = [];
  const attach = document.getElementById('attach');
  attach.addEventListener('change', () => {
    const [{ name }] = attach.files;
    attach.value = '';
    given.push(name);
    const item = document.createElement('li');
    item.setAttribute('aria-busy', 'true');
    item.innerHTML = '<span class="name"></span> <button type="button">×</button>';
    item.firstChild.textContent = name;
    item.lastChild.addEventListener('click', () => item.remove());
    document.querySelector('ul.files').append(item);
    window.release = () => {
      delete window.release;
      item.removeAttribute('aria-busy');
    };
  });</script></body></html>`;
