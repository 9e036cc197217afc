# All that is the same on every machine of the shop: Debian's Tomcat 10 with a base folder, a user and a service of its own. It may be
# applied again at any time; a changed server.xml restarts a Tomcat that runs. What differs from machine to machine is in scripts/tomcat.sh.

$home = '/usr/share/tomcat10'
$base = '/srv/shop'
$port = 8080

# Without the package "tomcat10", which starts a Tomcat of its own on the same port.
package { ['tomcat10-common', 'curl']:
  ensure => installed,
}

user { 'shop':
  ensure => present,
  system => true,
  home   => $base,
  shell  => '/usr/sbin/nologin',
}

file { $base:
  ensure => directory,
  owner  => 'root',
  group  => 'shop',
  mode   => '0750',
}
# What the service may only read, and what it writes.
file { ["${base}/bin", "${base}/conf"]:
  ensure => directory,
  owner  => 'root',
  group  => 'shop',
  mode   => '0750',
}
file { ["${base}/logs", "${base}/temp", "${base}/webapps", "${base}/work"]:
  ensure => directory,
  owner  => 'shop',
  group  => 'shop',
  mode   => '0750',
}

['web.xml', 'catalina.properties'].each |$name| {
  file { "${base}/conf/${name}":
    source  => "file://${home}/etc/${name}",
    group   => 'shop',
    mode    => '0640',
    require => Package['tomcat10-common'],
    notify  => Service['shop'],
  }
}

# No shutdown port. The route is in session ids, so that a load balancer can keep a session on its machine. Once a second Tomcat looks
# for a new application.
file { "${base}/conf/server.xml":
  group   => 'shop',
  mode    => '0640',
  content => @("XML"/$),
    <?xml version="1.0" encoding="UTF-8"?>
    <Server port="-1">
      <Service name="Catalina">
        <Connector port="${port}" protocol="HTTP/1.1" connectionTimeout="20000" maxThreads="200" />
        <Engine name="Catalina" defaultHost="localhost" jvmRoute="\${shop.node}">
          <Host name="localhost" appBase="webapps" unpackWARs="true" autoDeploy="true" backgroundProcessorDelay="1" />
        </Engine>
      </Service>
    </Server>
    | XML
  notify  => Service['shop'],
}

# A manifest that is applied is compiled on the machine itself, so it can look at the machine.
if find_file('/run/systemd/system') {
  file { '/etc/systemd/system/shop.service':
    content => @("UNIT"),
      [Unit]
      Description=The shop's Tomcat
      After=network.target

      [Service]
      User=shop
      Environment=CATALINA_HOME=${home} CATALINA_BASE=${base}
      ExecStart=${home}/bin/catalina.sh run
      SuccessExitStatus=143
      Restart=always

      [Install]
      WantedBy=multi-user.target
      | UNIT
    notify  => Service['shop'],
  }
} else {
  file { '/etc/init.d/shop':
    mode    => '0755',
    content => @("INIT"/$),
      #!/bin/sh
      ### BEGIN INIT INFO
      # Provides:          shop
      # Required-Start:    \$network \$local_fs
      # Required-Stop:     \$network \$local_fs
      # Default-Start:     2 3 4 5
      # Default-Stop:      0 1 6
      # Short-Description: The shop's Tomcat
      ### END INIT INFO
      pid_file=/run/shop.pid
      export CATALINA_HOME=${home} CATALINA_BASE=${base}
      start() {
        start-stop-daemon --start --quiet --oknodo --background --make-pidfile --pidfile "\$pid_file" \
          --chuid shop --chdir ${base} --output ${base}/logs/console.log --startas ${home}/bin/catalina.sh -- run
      }
      stop() {
        start-stop-daemon --stop --quiet --oknodo --retry TERM/20/KILL/5 --pidfile "\$pid_file" --remove-pidfile
      }
      case \$1 in
      start) start ;;
      stop) stop ;;
      restart | force-reload) stop && start ;;
      status) start-stop-daemon --status --pidfile "\$pid_file" ;;
      *) echo "\$0 start|stop|restart|status" >&2; exit 2 ;;
      esac
      | INIT
    notify  => Service['shop'],
  }
}

# scripts/tomcat.sh starts it, when all of its options are there.
service { 'shop':
  enable  => true,
  require => [Package['tomcat10-common'], User['shop'], File["${base}/logs"]],
}
