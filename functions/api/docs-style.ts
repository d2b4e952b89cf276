export const DOCS_STYLE = `
:root { color-scheme: light dark; --text: #1c2430; --dim: #5a6675; --page: #fff; --card: #f5f7fa; --line: #d8dee6; --accent: #0b5fae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e9f0; --dim: #9aa7b6; --page: #12161c; --card: #1a2029; --line: #303a47; --accent: #7db8f2; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--page); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); }
header, .columns { max-width: 76rem; margin: 0 auto; padding: 1rem; }
header h1 { margin: 1rem 0 0; }
nav h2 { font-size: .8rem; text-transform: uppercase; letter-spacing: .06em; color: var(--dim); margin: 1.2rem 0 .3rem; }
nav ul { list-style: none; margin: 0; padding: 0; font-size: .9rem; }
nav a { display: block; padding: .15rem 0; text-decoration: none; color: var(--text); }
nav a:hover, nav a:focus-visible { color: var(--accent); }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1.5rem; scroll-margin-top: 1rem; }
article h3 { margin: 0; }
article:target { border-color: var(--accent); }
h4 { margin: 1rem 0 .3rem; font-size: .9rem; color: var(--dim); }
code, pre { font: .88em/1.5 ui-monospace, monospace; }
code { background: var(--card); padding: .05em .3em; border-radius: .25em; }
pre { background: var(--card); padding: .8rem; border-radius: .4rem; overflow-x: auto; margin: 0; }
pre code { padding: 0; overflow-wrap: normal; }
small { color: var(--dim); }
.method { display: inline-block; min-width: 3.6em; font: 700 .72rem ui-monospace, monospace; text-transform: uppercase; color: var(--dim); }
.method.post { color: #1a7f4b; } .method.delete { color: #c0392b; } .method.put, .method.patch { color: #a86500; }
@media (prefers-color-scheme: dark) { .method.post { color: #5fce95; } .method.delete { color: #ff8f80; } .method.put, .method.patch { color: #eab25a; } }
.tree ul { margin: .1rem 0; padding-left: 1.2rem; } ul.tree, .answers { padding-left: 1.2rem; margin: 0; }
.tree { font-size: .92rem; } summary { cursor: pointer; }
@media (min-width: 60rem) {
  .columns { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 2rem; }
  nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; }
}
`;
