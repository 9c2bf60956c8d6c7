import { SMTPServer } from 'smtp-server';
let n=0;
const s=new SMTPServer({authOptional:true,disabledCommands:['STARTTLS','AUTH'],onData:(st,_s,done)=>{st.resume();st.on('end',()=>{n++;done();});}});
s.listen(2599,'127.0.0.1');
process.on('SIGUSR2',()=>{process.stdout.write(`received ${n}\n`);n=0;});
setTimeout(()=>process.exit(0),1500000);
