export const STYLE = `
:host { all: initial; color-scheme: light dark; --accent: var(--signalbox-accent, #1d5fd1); --on-accent: #fff;
  --back: #fff; --raised: #f2f4f7; --line: #d3d8e0; --edge: #7a8494; --text: #14181f; --soft: #566070; --bad: #b3261e;
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--text) }
@media (prefers-color-scheme: dark) { :host { --accent: var(--signalbox-accent-dark, #7aaeff); --on-accent: #0b1220;
  --back: #14181f; --raised: #212733; --line: #38404e; --edge: #7c889d; --text: #e9edf3; --soft: #a3adbd; --bad: #ff8a80 } }
* { box-sizing: border-box }
[hidden] { display: none !important }
button, input, textarea { font: inherit; color: inherit }
button { cursor: pointer }
button:disabled { cursor: default; opacity: .55 }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; flex: none }
.launcher { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; display: flex; align-items: center; gap: 8px; height: 48px;
  padding: 0 18px; border: 0; border-radius: 24px; background: var(--accent); color: var(--on-accent); font-weight: 600; box-shadow: 0 4px 16px #0004 }
.badge { min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px; background: var(--on-accent); color: var(--accent); font-size: 13px; line-height: 22px; text-align: center }
.panel { position: fixed; right: 20px; bottom: 20px; z-index: 2147483001; display: flex; flex-direction: column; width: 384px; height: min(620px, calc(100dvh - 40px));
  background: var(--back); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; box-shadow: 0 8px 32px #0005 }
header { display: flex; align-items: center; gap: 4px; padding: 10px 8px 10px 16px; border-bottom: 1px solid var(--line) }
header div { flex: 1; min-width: 0 }
.title { margin: 0; font-size: 16px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.status { margin: 0; font-size: 13px; color: var(--soft); min-height: 19px }
.trouble { margin: 0; padding: 7px 16px; font-size: 13px; background: var(--raised); border-bottom: 1px solid var(--line) }
.trouble.bad { color: var(--bad) }
.plain { display: inline-flex; align-items: center; gap: 6px; min-height: 40px; padding: 0 10px; border: 0; border-radius: 8px; background: none; color: var(--soft); font-size: 14px }
.plain:hover:enabled { background: var(--raised); color: var(--text) }
.main { display: inline-flex; align-items: center; justify-content: center; gap: 6px; min-height: 44px; padding: 0 16px; border: 0; border-radius: 8px; background: var(--accent); color: var(--on-accent); font-weight: 600 }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px; display: flex; flex-direction: column; gap: 4px }
.item { max-width: 84%; align-self: flex-start }
.item p { margin: 0; padding: 8px 12px; border-radius: 12px; background: var(--raised); white-space: pre-wrap; overflow-wrap: anywhere }
.item.me { align-self: flex-end; text-align: right }
.item.me p { background: var(--accent); color: var(--on-accent); text-align: left; display: inline-block }
.item.system { align-self: center; max-width: 100%; text-align: center }
.item.system p { background: none; color: var(--soft); font-size: 13px; padding: 6px 0 }
.item small { display: block; margin: 8px 4px 2px; font-size: 12px; color: var(--soft) }
.item.same small.who { display: none }
.item.failed p { outline: 1px solid var(--bad) }
.item .note { margin: 2px 4px; color: var(--soft) }
.item.failed .note { color: var(--bad) }
.acts { display: flex; justify-content: flex-end; margin-right: -8px }
.file { display: inline-flex; align-items: center; gap: 8px; max-width: 100%; min-height: 44px; padding: 6px 12px; border: 1px solid var(--line); border-radius: 12px; background: var(--back); text-align: left }
.file span { overflow-wrap: anywhere }
progress { width: 160px; accent-color: var(--accent) }
.typing { margin: 0; padding: 0 16px 6px; font-size: 13px; color: var(--soft) }
form.start { flex: 1; overflow-y: auto; padding: 20px 16px; display: flex; flex-direction: column; gap: 14px }
form.start p { margin: 0 }
label { display: flex; flex-direction: column; gap: 4px; font-size: 14px }
label small { color: var(--soft) }
input, textarea { width: 100%; font-size: 16px; padding: 9px 12px; border: 1px solid var(--edge); border-radius: 8px; background: var(--back) }
.error { color: var(--bad); font-size: 14px }
form.say { border-top: 1px solid var(--line); padding: 10px 12px max(8px, env(safe-area-inset-bottom)) }
.row { display: flex; align-items: flex-end; gap: 6px }
textarea { resize: none; max-height: 140px; line-height: 1.4 }
.row button { width: 44px; height: 44px; padding: 0; flex: none; justify-content: center }
.below { display: flex; justify-content: space-between; align-items: center; margin: 2px -4px 0 }
.count { font-size: 12px; color: var(--soft); padding-right: 6px }
.hide { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.page .panel { position: fixed; inset: 0; margin: 0 auto; width: min(760px, 100%); height: 100dvh; border-width: 0 1px; border-radius: 0; box-shadow: none }
.page .close { display: none }
@media (max-width: 520px) { .panel { inset: 0 !important; width: 100% !important; height: var(--height, 100dvh) !important; border: 0; border-radius: 0 } }
@media (prefers-reduced-motion: no-preference) { .launcher { transition: transform .12s } .launcher:hover { transform: translateY(-1px) } }
@media (forced-colors: active) { .item p, .launcher, .main { border: 1px solid } }
`;
