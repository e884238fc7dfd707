var e=new URL("python/",import.meta.url).href,a=r();async function r(){let{loadPyodide:s}=await import(`${e}pyodide.mjs`),[n,t]=await Promise.all([s({indexURL:e}),fetch(`${e}index.json`).then(o=>o.json())]);for(let o of t){let i=await(await fetch(e+o)).arrayBuffer();n.unpackArchive(i,o.endsWith(".whl")?"wheel":"zip")}return n.runPython(`
import json, sys
sys.path.insert(0, ".")
from toolgram.play.compiling import compiled
lambda job: json.dumps(compiled(json.loads(job)))
`)}addEventListener("message",({data:s})=>{let{id:n,job:t}=s;a.then(o=>postMessage({id:n,found:o(t)})).catch(o=>postMessage({id:n,problem:String(o).slice(-500)}))});
