//! Proxies of others before a server on this machine, each as plainly set up as it can be. Knows
//! nothing of what is measured over them.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// A proxy that runs until this is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

/// How a proxy that listens on the first port and forwards to the second is started; the folder is
/// its own.
type Start = fn(u16, u16, &Path) -> Command;

/// Name and start of each.
pub(crate) const PROXIES: [(&str, Start); 3] =
    [("socat", socat), ("haproxy", haproxy), ("nginx", nginx)];

/// The proxy, once it takes connections; why it does not, otherwise.
#[expect(clippy::disallowed_methods, reason = "a proxy does not tell when it listens")]
pub(crate) fn start(start: Start, server: SocketAddr) -> Result<Proxy, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let address = free()?;
    let child = start(address.port(), server.port(), folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut proxy = Proxy { address, child, _folder: folder };
    for _ in 0..100 {
        if TcpStream::connect(address).is_ok() {
            return Ok(proxy);
        }
        if let Ok(Some(status)) = proxy.child.try_wait() {
            return Err(format!("ended with {status}"));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Err("takes no connection".to_owned())
}

/// An address that nobody listens on. Somebody could before the proxy does: then the proxy ends.
fn free() -> Result<SocketAddr, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|error| error.to_string())
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn socat(from: u16, to: u16, _: &Path) -> Command {
    let mut command = Command::new("socat");
    command.arg(format!("TCP-LISTEN:{from},bind=127.0.0.1,fork,reuseaddr,nodelay"));
    command.arg(format!("TCP:127.0.0.1:{to},nodelay"));
    command
}

fn haproxy(from: u16, to: u16, folder: &Path) -> Command {
    let text = format!(
        "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
         listen relay\n  bind 127.0.0.1:{from}\n  server echo 127.0.0.1:{to}\n"
    );
    let path = folder.join("haproxy.cfg");
    let _ = fs::write(&path, text);
    let mut command = Command::new("haproxy");
    command.arg("-db").arg("-f").arg(path);
    command
}

fn nginx(from: u16, to: u16, folder: &Path) -> Command {
    let text = format!(
        "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n\
         daemon off; master_process off; pid nginx.pid; error_log error.log;\n\
         events {{}}\n\
         stream {{ server {{ listen 127.0.0.1:{from}; proxy_pass 127.0.0.1:{to}; }} }}\n"
    );
    let path = folder.join("nginx.conf");
    let _ = fs::write(&path, text);
    let mut command = Command::new("nginx");
    command.arg("-p").arg(folder).arg("-c").arg(path);
    command
}
