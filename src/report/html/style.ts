/** Light and dark by the reader's setting; contrast of text at least 4.5:1 in both; every colour repeats a word or a sign. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2128;--dim:#57606a;--line:#d0d7de;--card:#f6f8fa;--err:#b3141f;--warn:#8a4b00;--good:#116329;--note:#0a5a94;--acc:#0a5a94;--ins:#e6f7ea;--del:#fdeced;--insw:#b5e6c1;--delw:#f7c6c9;--lock:#1f6fb2;--ref:#8a4b00;--now:#fff3c4;--k:#a3174a;--t:#6b3fa0;--f:#5a32a3;--s:#0a4a8a;--n:#0a5a94;--c:#8a4b00;--m:#57606a}
@media (prefers-color-scheme:dark){:root{--bg:#12161c;--fg:#e4e9ef;--dim:#9aa7b4;--line:#39424d;--card:#1a2029;--err:#ff8f8f;--warn:#f0b75a;--good:#6fd58a;--note:#7cc0ff;--acc:#7cc0ff;--ins:#12301d;--del:#3a1a1e;--insw:#1f5a33;--delw:#6e2a31;--lock:#4a9be0;--ref:#e0a44a;--now:#463c14;--k:#ff9db5;--t:#cdb0ff;--f:#c9b3ff;--s:#9ccfff;--n:#8fc8ff;--c:#f0b75a;--m:#9aa7b4}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main,header,nav,footer{max-width:1120px;margin:0 auto;padding:0 1rem}
header{padding-top:1.2rem}
h1{font-size:1.45rem;line-height:1.25;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
h3{font-size:1.02rem;margin:1.2rem 0 .3rem;overflow-wrap:anywhere}
h4{font-size:.9rem;margin:.8rem 0 .2rem;color:var(--dim)}
p{margin:.4rem 0}
code,pre,.mono,.no{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.86em;overflow-wrap:anywhere}
a{color:var(--acc)}
a:focus-visible,button:focus-visible,[tabindex]:focus-visible,summary:focus-visible{outline:3px solid var(--acc);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:.5rem;background:var(--bg);padding:.3rem .6rem}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.verdict{font-size:1.15rem;font-weight:700;margin:.5rem 0}
.error{color:var(--err)}.warning{color:var(--warn)}.note{color:var(--note)}.fixed,.clean{color:var(--good)}
.dim{color:var(--dim)}
.tag{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .55rem;font-size:.8rem;font-weight:600;white-space:nowrap}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .55rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:600;overflow-wrap:normal}
.scroll{overflow-x:auto}
.card{border:1px solid var(--line);border-radius:8px;background:var(--card);padding:.6rem 1rem 1rem;margin:1rem 0}
.card>h3{margin-top:.3rem}
.card .src,.card .trace{background:var(--bg)}
ol.find{padding-left:0;list-style:none;margin:.3rem 0}
li,p{overflow-wrap:anywhere}
ol.find li{margin:.35rem 0;padding-left:.6rem;border-left:3px solid var(--line);overflow-wrap:anywhere}
pre.src{overflow-x:auto;border:1px solid var(--line);border-radius:6px;padding:.4rem 0;margin:.5rem 0;line-height:1.45;white-space:pre;overflow-wrap:normal}
pre.src>span{display:block;padding:0 .6rem;min-width:max-content}
pre.src i{font-style:normal}
.ins{background:var(--ins)}.del{background:var(--del)}.ins b{background:var(--insw)}.del b{background:var(--delw)}
pre.src b{font-weight:600}
.hit{box-shadow:inset 4px 0 var(--warn)}
pre.src .note{color:var(--warn);white-space:pre-wrap;min-width:0!important}
pre.src .no,.cut{color:var(--dim)}
i.k{color:var(--k)}i.t{color:var(--t)}i.f{color:var(--f)}i.s{color:var(--s)}i.n{color:var(--n)}i.c{color:var(--c)}i.m{color:var(--m)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 1.2rem}
.two>div{min-width:0}
svg.tl{width:100%;max-width:460px;height:auto;display:block;border:1px solid var(--line);border-radius:6px;background:var(--bg);margin:.3rem 0 .7rem}
svg text{font-family:ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:11.5px;fill:var(--fg)}
svg .num{fill:var(--dim);font-size:10.5px}svg .held{fill:var(--warn);font-weight:700}
svg .tick{stroke:var(--line);stroke-dasharray:2 3}svg .edge{stroke:var(--dim)}
svg rect.lock{fill:var(--lock)}svg rect.ref{fill:var(--bg);stroke:var(--ref);stroke-width:2}
svg path.lock{fill:var(--lock)}svg path.ref{fill:var(--ref)}
svg.graph{max-width:100%;height:auto;display:block}
svg .node{fill:var(--bg);stroke:var(--dim)}svg .nodet{font-size:12px}
svg .arc{fill:none;stroke:var(--dim);stroke-width:1.5}svg .arc.new{stroke:var(--warn);stroke-width:2.5}svg .arc.gone{stroke-dasharray:5 4}
svg .tipp{fill:var(--dim)}svg .arct{font-size:11px;fill:var(--warn);font-weight:700}
.trace{border:1px solid var(--line);border-radius:6px;padding:.5rem .7rem;margin:.6rem 0}
.trace small{display:block;color:var(--dim)}.trace small.chg{color:var(--note);font-family:ui-monospace,Menlo,Consolas,monospace}
.trace td.act{border-left:4px solid var(--lock)}
.trace tr.now>*{background:var(--now)}.trace tr.later{opacity:.7}
.trace tr.end td{color:var(--err);font-weight:600}
.ctl button{font:inherit;font-size:.9rem;padding:.25rem .7rem;border:1px solid var(--dim);border-radius:5px;background:var(--bg);color:var(--fg);cursor:pointer}
.ctl .at{font-size:.86rem}
table.con{table-layout:fixed}td.plus{background:var(--ins)}td.minus{background:var(--del)}
details{margin:.5rem 0}summary{cursor:pointer;font-weight:600}
footer{margin:2.5rem auto 2rem;color:var(--dim);font-size:.88rem}
@media (max-width:720px){.two{grid-template-columns:1fr}body{font-size:15px}.card{padding:.4rem .7rem .8rem}th,td{padding:.3rem .35rem}.hide{display:none}svg.graph{max-width:none}}
@media print{body{font-size:10.5pt}main,header,nav,footer{max-width:none}.ctl,.skip,nav{display:none}.card{break-inside:avoid-page}pre.src{white-space:pre-wrap;overflow:visible}pre.src>span{min-width:0}details::details-content{content-visibility:visible;display:block}a{color:inherit;text-decoration:none}}
`;
